"""The same indicator in our rules and in the form that Sloth publishes, for the series of `history`."""

from collections.abc import Sequence
from fractions import Fraction

from benchmarks.history import BAD, METRIC
from generator.domain.metric import Label, Metric, MetricType
from generator.domain.objective import Objective
from generator.domain.objective_rules import ObjectiveRules
from generator.domain.quantity import Unit
from generator.domain.rule import RecordingRule, Rule
from generator.domain.selector import Matcher, Matching, Selector
from generator.domain.slis import RatioSli
from generator.domain.windows import HOUR

_SLOTH_WINDOWS = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")
_SLOTH_LABELS = {"sloth_id": "bench-requests", "sloth_service": "bench", "sloth_slo": "requests"}


def ours() -> Sequence[Rule]:
    """The whole group of one objective: counts, ratios, budget, burn rates, alerts."""
    labels = (Label("pod", budget=25), Label("code", ("200", BAD)))
    total = Selector(Metric(METRIC, MetricType.COUNTER, Unit("requests"), "Requests by code.", labels))
    bad = Selector(total.metric, (Matcher("code", Matching.EQUAL, BAD),))
    objective = Objective(
        system="bench",
        name="requests",
        title="Requests succeed",
        target=Fraction(999, 1000),
        period=HOUR * 24 * 30,
        sli=RatioSli(bad, total, counts_good=False),
        description="",
        impact="",
        steps=(),
        source="",
        paging=True,
        min_errors=5,
    )
    return tuple(ObjectiveRules(objective, {}))


def sloth() -> Sequence[RecordingRule]:
    """The eight indicator rules of one objective: every window from raw series, the month an average of ratios."""
    rules = [_raw(window) for window in _SLOTH_WINDOWS]
    matchers = ", ".join(f'{name}="{value}"' for name, value in _SLOTH_LABELS.items())
    ratios = f"slo:sli_error:ratio_rate5m{{{matchers}}}[30d]"
    mean = f"sum_over_time({ratios}) / ignoring (sloth_window) count_over_time({ratios})"
    return [*rules, RecordingRule("slo:sli_error:ratio_rate30d", mean, _SLOTH_LABELS | {"sloth_window": "30d"})]


def _raw(window: str) -> RecordingRule:
    errors = f'sum(rate({METRIC}{{code="{BAD}"}}[{window}]))'
    return RecordingRule(
        f"slo:sli_error:ratio_rate{window}",
        f"({errors}) / (sum(rate({METRIC}[{window}])))",
        _SLOTH_LABELS | {"sloth_window": window},
    )
