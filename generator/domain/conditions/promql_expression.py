"""`promql`: the escape hatch, which must bring its own proof."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, Self

from generator.domain import promql
from generator.domain.conditions.base import Condition, Fields, Level, entry
from generator.domain.duration import Duration
from generator.domain.quantity import Unit
from generator.domain.selector import Selector
from generator.domain.signal import Scripted

_SERIES: Mapping[str, object] = {
    "type": "object",
    "additionalProperties": {"type": "string"},
    "description": "Series and their values, one per minute, in promtool's notation.",
}
_TEXT: Mapping[str, object] = {"type": "string", "minLength": 1}


@dataclass(frozen=True, slots=True)
class PromqlExpression(Condition):
    """An expression of one's own, with series under which it fires and series under which it is silent."""

    KIND: ClassVar[str] = "promql"
    SCHEMA: ClassVar[Mapping[str, object]] = entry(
        ("expr", "measures", "unit", "fires", "silent"),
        expr=_TEXT,
        measures=_TEXT,
        unit=_TEXT,
        fires={**_SERIES, "minProperties": 1},
        silent=_SERIES,
    )

    text: str
    measures: str
    unit_name: str
    reads: tuple[Selector, ...]
    kept: tuple[str, ...]
    fires: tuple[Scripted, ...]
    silent: tuple[Scripted, ...]

    @classmethod
    def read(cls, fields: Fields) -> Self:
        text, reads, kept = fields.expression("expr")
        measures, unit = fields.text("measures"), fields.text("unit")
        return cls(text, measures, unit, reads, kept, fields.scripts("fires"), fields.scripts("silent"))

    @property
    def unit(self) -> Unit:
        return Unit.parse(self.unit_name)

    @property
    def selectors(self) -> tuple[Selector, ...]:
        return self.reads

    @property
    def measured(self) -> str:
        return self.text

    @property
    def expression(self) -> str:
        return self.text

    @property
    def labels(self) -> tuple[str, ...]:
        return self.kept

    @property
    def is_measured_throughout(self) -> bool:
        return False

    @property
    def sentence(self) -> str:
        return self.measures

    def stimulus(self, level: Level, step: Duration) -> tuple[Scripted, ...]:
        if level is Level.ABSENT:
            return ()
        return self.fires if level is Level.BREACHED else self.silent

    def scaled(self, divisor: int) -> Self:
        return replace(self, text=promql.divided(self.text, divisor))
