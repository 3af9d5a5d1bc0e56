"""W3C trace context: read what came in, continue it, write what goes out.

https://www.w3.org/TR/trace-context/
"""

import re
from dataclasses import dataclass, replace
from typing import Final, Self

_PARENT: Final = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")
_STATE_LIMIT: Final = 512
_SAMPLED: Final = "01"


@dataclass(frozen=True, slots=True)
class Trace:
    """One span's place in a trace.

    Attributes:
        trace_id: 32 hexadecimal digits, shared by all spans of the trace.
        span_id: 16 hexadecimal digits, of this span.
        flags: two hexadecimal digits, passed on.
        state: the vendor list of `tracestate`, passed on.
    """

    trace_id: str
    span_id: str
    flags: str = _SAMPLED
    state: str = ""

    @property
    def traceparent(self) -> str:
        """The header for whoever is called next."""
        return f"00-{self.trace_id}-{self.span_id}-{self.flags}"

    def child(self, span_id: str) -> Self:
        """The same trace with a span of our own."""
        return replace(self, span_id=span_id)

    @property
    def headers(self) -> dict[str, str]:
        """What to send along; no `tracestate` when there is none."""
        return {"traceparent": self.traceparent, **({"tracestate": self.state} if self.state else {})}


def parse(traceparent: str, tracestate: str = "") -> Trace | None:
    """What the caller's headers say, or None when they are absent or malformed and a new trace must begin."""
    found = _PARENT.fullmatch(traceparent.strip())
    if found is None:
        return None
    version, trace_id, span_id, flags, rest = found.groups()
    if version == "ff" or (version == "00" and rest) or not trace_id.strip("0") or not span_id.strip("0"):
        return None
    return Trace(trace_id, span_id, flags, tracestate.strip() if len(tracestate) <= _STATE_LIMIT else "")
