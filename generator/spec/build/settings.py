"""`bundle`: what holds for the whole of it."""

from generator.domain.addresses import read_repository, read_revision
from generator.domain.duration import Duration
from generator.domain.objective_rules import BASE
from generator.domain.service import Settings
from generator.domain.targets import Targets, Version
from generator.spec.catalogue import HALF_MINUTE
from generator.spec.entry import Entry

SHORTEST_INTERVAL = Duration(1_000)
"""No target is asked more often than this; what is shorter is a slip of the unit."""

LONGEST_INTERVAL = Duration(120_000)
"""Prometheus shows a sample for five minutes; with a slower beat a scrape that fails once makes a series vanish."""

_SCRAPES = 4


def read_settings(spec: Entry) -> Settings:
    """The settings under `bundle`."""
    entry = spec.child("bundle")
    scraped = _interval(entry, "scrape_interval")
    has_objectives = any(system.raw("objectives") for system in spec.children("systems"))
    if has_objectives and LONGEST_INTERVAL >= scraped > BASE // _SCRAPES:
        what = f"objectives count over {BASE}, in which {scraped} leaves too few samples"
        entry.problem("scrape_interval", what, f"write {BASE // _SCRAPES} or less; 30s is usual")
        scraped = HALF_MINUTE  # what follows from the slower beat is told with it
    return Settings(
        name=entry.text("name"),
        repository=entry.converted("repository", read_repository, ""),
        revision=entry.converted("revision", read_revision, ""),
        runbook_base_url=entry.text("runbook_base_url").rstrip("/"),
        grafana_base_url=entry.text("grafana_base_url").rstrip("/"),
        datasource=entry.text("datasource"),
        scrape_interval=scraped,
        evaluation_interval=_interval(entry, "evaluation_interval"),
        targets=_targets(entry.child("targets")),
    )


def _targets(entry: Entry) -> Targets:
    oldest = Targets(**Targets.OLDEST)
    for program in Targets.OLDEST:
        version = entry.converted(program, Version.parse, Targets.OLDEST[program])
        if version < Targets.OLDEST[program]:
            entry.problem(program, f"{program} {version} is too old", f"at least {Targets.OLDEST[program]} is needed")
        else:
            oldest = oldest.with_version(program, version)
    return oldest


def _interval(entry: Entry, key: str) -> Duration:
    found = entry.duration(key, HALF_MINUTE)
    if found < SHORTEST_INTERVAL:
        what = f"{found} is shorter than {SHORTEST_INTERVAL}" if found else "an interval of zero"
        entry.problem(key, what, f"write at least {SHORTEST_INTERVAL}; 30s is usual")
    if found > LONGEST_INTERVAL:
        what = f"{found} is too slow: Prometheus forgets a sample after 5m, so alerts would fall silent"
        entry.problem(key, what, f"write {LONGEST_INTERVAL} or less; 30s is usual")
    return found if SHORTEST_INTERVAL <= found <= LONGEST_INTERVAL else HALF_MINUTE
