"""`monitoring/prometheus/tests`: promtool unit tests that prove every alert and every objective."""

from collections.abc import Iterable, Iterator
from itertools import chain

from generator.artifact import HEADER, Artifact
from generator.domain import names
from generator.domain.alert import Alert
from generator.domain.alert_cases import alert_cases, sampling
from generator.domain.case import Case, Check
from generator.domain.duration import Duration
from generator.domain.objective_cases import objective_cases
from generator.domain.quantity import decimal
from generator.domain.service import Service, System
from generator.emit import Plain, emit


def render(service: Service) -> Iterator[Artifact]:
    """Test files for `promtool test rules`, one for each rule file, and more where alerts look back for hours."""
    step = service.test_step
    for system in service.systems:
        for every, alerts in _by_sampling(system, step):
            cases = chain.from_iterable(alert_cases(alert, step) for alert in alerts)
            path = names.tests_file(system.name) if every == step else names.slow_tests_file(system.name, every)
            yield _file(system.title, path, names.rules_file(system.name), every, cases)
        for objective in system.objectives:
            proofs = objective_cases(objective, step)
            rules = names.objective_file(objective.id)
            yield _file(objective.title, names.objective_tests_file(objective.id), rules, step, proofs)


def _by_sampling(system: System, step: Duration) -> Iterator[tuple[Duration, list[Alert]]]:
    """The alerts that are sampled equally often; a file of tests has one interval at which rules are evaluated."""
    found: dict[Duration, list[Alert]] = {}
    for alert in system.alerts:
        found.setdefault(sampling(alert, step), []).append(alert)
    return iter(sorted(found.items()))


def _file(subject: str, path: str, rules: str, step: Duration, cases: Iterable[Case]) -> Artifact:
    data: Plain = {
        "evaluation_interval": str(step),  # a minute unless said otherwise, which a scaled bundle must
        "rule_files": [f"../rules/{rules.rsplit('/', 1)[1]}"],
        "tests": [_case(case) for case in cases],
    }
    header = f"{HEADER}\nUnit tests of {subject}: `promtool test rules {path.rsplit('/', 1)[1]}` in this folder."
    return Artifact.at(path, emit(data, header=header))


def _case(case: Case) -> Plain:
    return {
        "name": f"{case.subject} {case.truth}",
        "interval": str(case.step),
        "input_series": [{"series": name, "values": values} for name, values in case.series.items()],
        "promql_expr_test": [_check(check) for check in case.checks],
    }


def _check(check: Check) -> Plain:
    return {
        "expr": check.expression,
        "eval_time": str(check.at),
        "exp_samples": [{"labels": sample.series, "value": float(decimal(sample.value))} for sample in check.samples],
    }
