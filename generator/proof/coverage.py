"""How much of the bundle is proven: which alert and objective has which cases. Made from the domain, not from files."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from generator.domain import names
from generator.domain.alert_cases import alert_cases, sampling
from generator.domain.duration import Duration
from generator.domain.objective_cases import objective_cases
from generator.domain.service import Service, System
from generator.proof.promtool import Failure


@dataclass(frozen=True, slots=True)
class SystemCoverage:
    """What is proven of one system.

    Attributes:
        documented: alerts that a document asks for.
        documented_proven: those of them whose cases all held.
        fewest: cases of the documented alert that has the fewest, and
        most: of the one that has the most; an alert with a `promql` condition brings whole timelines and has five.
        implied: alerts that we added.
        implied_proven: those of them whose cases all held.
        objectives: promises.
        objectives_proven: those whose cases all held.
        cases: cases run.
        failed: cases that did not hold.
    """

    system: str
    documented: int
    documented_proven: int
    fewest: int
    most: int
    implied: int
    implied_proven: int
    objectives: int
    objectives_proven: int
    cases: int
    failed: int


def coverage(service: Service, failures: Iterable[Failure]) -> Iterator[SystemCoverage]:
    """The coverage of each system, given what failed."""
    failed = Counter(failure.name.partition(" ")[0] for failure in failures)
    return (_system(service, system, failed) for system in service.systems)


def _system(service: Service, system: System, failed: Counter[str]) -> SystemCoverage:
    step = service.test_step
    failed = failed + Counter(_unproven(system, step, failed))
    alerts = {alert.name: {case.truth for case in alert_cases(alert, step)} for alert in system.alerts}
    counts = [len(alerts[alert.name]) for alert in system.alerts if alert.documented]
    objectives = {slo.id: {case.truth for case in objective_cases(slo, step)} for slo in system.objectives}
    cases = sum(map(len, alerts.values())) + sum(map(len, objectives.values()))
    proven = {name for name, truths in {**alerts, **objectives}.items() if truths and not failed[name]}
    documented = [alert.name for alert in system.alerts if alert.documented]
    implied = [alert.name for alert in system.alerts if not alert.documented]
    return SystemCoverage(
        system=system.name,
        documented=len(documented),
        documented_proven=len(proven.intersection(documented)),
        fewest=min(counts, default=0),
        most=max(counts, default=0),
        implied=len(implied),
        implied_proven=len(proven.intersection(implied)),
        objectives=len(objectives),
        objectives_proven=len(proven.intersection(objectives)),
        cases=cases,
        failed=sum(failed[name] for name in (*alerts, *objectives)),
    )


def _unproven(system: System, step: Duration, failed: Counter[str]) -> Iterator[str]:
    """What stands in test files that failed as a whole."""
    for alert in system.alerts:
        every = sampling(alert, step)
        path = names.tests_file(system.name) if every == step else names.slow_tests_file(system.name, every)
        if failed[PurePosixPath(path).name]:
            yield alert.name
    for objective in system.objectives:
        if failed[PurePosixPath(names.objective_tests_file(objective.id)).name]:
            yield objective.id
