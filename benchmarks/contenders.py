"""The same indicator in our rules and in the form that Sloth publishes, for the series of `history`."""

from collections.abc import Sequence

from benchmarks.history import BAD, METRIC, ROUTE
from benchmarks.synthetic import spec_text
from generator.domain.groups import objective_group
from generator.domain.rule import RecordingRule, Rule
from generator.spec.load import load_text

_SLOTH_WINDOWS = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")
_SLOTH_LABELS = {"sloth_id": "bench-requests", "sloth_service": "bench", "sloth_slo": "requests"}


def ours() -> Sequence[Rule]:
    """The whole group of the first synthetic objective: counts, ratios, budget, burn rates, alerts."""
    service = load_text(spec_text(1))
    system = service.systems[0]
    return objective_group(service, system, system.objectives[0]).rules


def sloth() -> Sequence[RecordingRule]:
    """The eight indicator rules of one objective: every window from raw series, the month an average of ratios."""
    rules = [_raw(window) for window in _SLOTH_WINDOWS]
    matchers = ", ".join(f'{name}="{value}"' for name, value in _SLOTH_LABELS.items())
    ratios = f"slo:sli_error:ratio_rate5m{{{matchers}}}[30d]"
    mean = f"sum_over_time({ratios}) / ignoring (sloth_window) count_over_time({ratios})"
    return [*rules, RecordingRule("slo:sli_error:ratio_rate30d", mean, _SLOTH_LABELS | {"sloth_window": "30d"})]


def _raw(window: str) -> RecordingRule:
    errors = f'(sum(rate({METRIC}{{route="{ROUTE}", code="{BAD}"}}[{window}])))'
    total = f'(sum(rate({METRIC}{{route="{ROUTE}"}}[{window}])))'
    labels = _SLOTH_LABELS | {"sloth_window": window}
    return RecordingRule(f"slo:sli_error:ratio_rate{window}", f"{errors} / {total}", labels)
