"""The closed family of conditions, one file per kind; `docs/spec.md` lists what each means."""

from generator.domain.conditions.age import Age
from generator.domain.conditions.always import Always
from generator.domain.conditions.any import Any
from generator.domain.conditions.base import Comparison, Condition, Fields, Level, Threshold
from generator.domain.conditions.count import Count
from generator.domain.conditions.down import Down
from generator.domain.conditions.promql_expression import PromqlExpression
from generator.domain.conditions.quantile import Quantile
from generator.domain.conditions.rate import Rate
from generator.domain.conditions.ratio import Ratio
from generator.domain.conditions.stalled import Stalled
from generator.domain.conditions.state import State
from generator.domain.conditions.value import Value

KINDS: tuple[type[Condition], ...] = (
    Value,
    Rate,
    Count,
    Any,
    Ratio,
    Quantile,
    Age,
    Stalled,
    Down,
    State,
    Always,
    PromqlExpression,
)
"""Every kind, in the order in which the documentation lists them."""

__all__ = ["KINDS", "Comparison", "Condition", "Fields", "Level", "PromqlExpression", "Threshold"]
