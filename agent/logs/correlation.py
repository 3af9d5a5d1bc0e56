"""What the lines of one task have in common: its trace, and the run or session it works for."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Correlation:
    """The identifiers that a log line carries along."""

    trace_id: str = ""
    span_id: str = ""
    context: Mapping[str, str] = field(default_factory=dict)


_NOTHING = Correlation()
_current: ContextVar[Correlation | None] = ContextVar("correlation", default=None)


def correlation() -> Correlation:
    """What the running task has bound."""
    return _current.get() or _NOTHING


@contextmanager
def bind(*, trace_id: str = "", span_id: str = "", **context: str) -> Iterator[None]:
    """Add identifiers to every line that is logged inside, by this task and by those it starts."""
    before = correlation()
    bound = replace(
        before,
        trace_id=trace_id or before.trace_id,
        span_id=span_id or before.span_id,
        context={**before.context, **context},
    )
    token = _current.set(bound)
    try:
        yield
    finally:
        _current.reset(token)
