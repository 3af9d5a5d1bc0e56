"""The documented objectives, transcribed by hand from the five documents, as `documented.py` has the alerts.

Nothing here is derived from `slo.yaml`. What a document calls a p95 is an objective of 95 % below its bound.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from .documented import AGENTOS, RELIABILITY, RUNTIME, TELEVIBE


@dataclass(frozen=True, slots=True)
class Promised:
    """One objective as its document states it.

    Attributes:
        slo: the value of the `slo` label of its records.
        target: the share of good events.
        quote: the line and words in which the number stands.
        bound: up to which bucket bound an observation is good; None where events are good or bad by themselves.
    """

    document: str
    slo: str
    target: Decimal
    quote: str
    bound: Decimal | None = None


PROMISED: Final = (
    Promised(RELIABILITY, "codex-bot-run-success", Decimal("0.80"), "line 40: Failure rate target: `<= 0.20`"),
    Promised(
        RELIABILITY, "codex-bot-run-latency", Decimal("0.95"), "line 41: P95 run latency target: `<= 45s`", Decimal(45)
    ),
    Promised(RUNTIME, "openagents-runtime-http-availability", Decimal("0.98"), "line 38: 5xx ratio > 2% for 10m"),
    Promised(
        RUNTIME, "openagents-runtime-khala-lag", Decimal("0.95"), "line 21: p95 projection lag <= 25", Decimal(25)
    ),
    Promised(RUNTIME, "openagents-runtime-khala-writes", Decimal("0.99"), "line 22: projection write failures <= 1%"),
    Promised(TELEVIBE, "televibe-job-success", Decimal("0.80"), "line 361: failed by all > 0.2"),
    Promised(AGENTOS, "agentos-agent-run-success", Decimal("0.90"), "line 7: Agent run success rate >= 90%"),
    Promised(
        AGENTOS, "agentos-agent-run-latency", Decimal("0.95"), "line 8: Agent run p95 latency < 120s", Decimal(120)
    ),
)
