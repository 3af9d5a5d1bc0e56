"""`monitoring/prometheus/tests`: promtool unit tests that prove every alert and every objective."""

from collections.abc import Iterable, Iterator
from itertools import chain

from generator.artifact import HEADER, Artifact
from generator.domain import names
from generator.domain.alert_cases import alert_cases
from generator.domain.case import Case, Check
from generator.domain.duration import Duration
from generator.domain.objective_cases import objective_cases
from generator.domain.quantity import decimal
from generator.domain.service import Service
from generator.emit import Plain, emit


def render(service: Service) -> Iterator[Artifact]:
    """Test files for `promtool test rules`, one for each rule file."""
    step = service.test_step
    for system in service.systems:
        if system.alerts:
            cases = chain.from_iterable(alert_cases(alert, step) for alert in system.alerts)
            yield _file(system.title, names.tests_file(system.name), names.rules_file(system.name), step, cases)
        for objective in system.objectives:
            proofs = objective_cases(objective, step)
            rules = names.objective_file(objective.id)
            yield _file(objective.title, names.objective_tests_file(objective.id), rules, step, proofs)


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
