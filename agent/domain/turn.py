"""When a queued run will have its turn: what has to be over before it is started."""

from dataclasses import dataclass

from agent.domain.run import RunState


@dataclass(frozen=True, slots=True)
class Turn:
    """What is before a run.

    Attributes:
        before: how many queued runs of its own session were accepted before it.
        after: what the run is doing that its session waits for: it runs or waits for an answer, or None.
        full: whether as many runs of other sessions are at work as may be at once.
    """

    before: int = 0
    after: RunState | None = None
    full: bool = False
