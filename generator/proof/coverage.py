"""How much of the bundle is proven: which alert and objective has which cases. Made from the domain, not from files."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from generator.domain.alert_cases import Truth, alert_cases
from generator.domain.objective_cases import objective_cases
from generator.domain.service import Service, System
from generator.proof.promtool import Failure


@dataclass(frozen=True, slots=True)
class SystemCoverage:
    """What is proven of one system.

    Attributes:
        documented: alerts that a document asks for.
        documented_proven: those of them with all seven cases, none failed.
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
    alerts = {alert.name: {case.truth for case in alert_cases(alert, step)} for alert in system.alerts}
    objectives = {slo.id: {case.truth for case in objective_cases(slo, step)} for slo in system.objectives}
    cases = sum(map(len, alerts.values())) + sum(map(len, objectives.values()))
    proven = {name for name, truths in {**alerts, **objectives}.items() if truths and not failed[name]}
    complete = {name for name, truths in alerts.items() if truths >= set(Truth)} & proven
    documented = [alert.name for alert in system.alerts if alert.documented]
    implied = [alert.name for alert in system.alerts if not alert.documented]
    return SystemCoverage(
        system=system.name,
        documented=len(documented),
        documented_proven=len(complete.intersection(documented)),
        implied=len(implied),
        implied_proven=len(proven.intersection(implied)),
        objectives=len(objectives),
        objectives_proven=len(proven.intersection(objectives)),
        cases=cases,
        failed=sum(failed[name] for name in (*alerts, *objectives)),
    )
