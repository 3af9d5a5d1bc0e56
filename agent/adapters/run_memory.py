"""Remembers which trace, session and project a run belongs to, so that every line about it can say so."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from agent.domain.events import Event, RunQueued
from agent.domain.run import Run
from agent.domain.trace import parse
from agent.logs.correlation import bind

MOST: Final = 10_000
"""Runs that are remembered; the one that was not mentioned for longest is forgotten first."""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What the lines about a run have in common."""

    session_id: str
    project_id: str
    traceparent: str


class RunMemory:
    """Learns from the events; of runs from before a restart it has to be told."""

    def __init__(self, most: int = MOST) -> None:
        self._known: OrderedDict[str, Whereabouts] = OrderedDict()
        self._most = most

    def learn(self, runs: Iterable[Run]) -> None:
        """Runs that were accepted in an earlier life."""
        for run in runs:
            self._keep(run.id, Whereabouts(run.session_id, run.project_id, run.traceparent))

    def observe(self, event: Event) -> None:
        """A run that is accepted now."""
        if isinstance(event, RunQueued):
            self._keep(event.run_id, Whereabouts(event.session_id, event.project_id, event.traceparent))

    def about(self, run_id: str) -> Mapping[str, str]:
        """The documented identifiers of a line about a run; those that are unknown are left out."""
        known = self._known.get(run_id)
        if known is None:
            return {"job_id": run_id, "run_id": run_id}
        self._known.move_to_end(run_id)
        return {
            "job_id": run_id,
            "run_id": run_id,
            "session_id": known.session_id,
            "project_id": known.project_id,
        }

    @contextmanager
    def traced(self, run_id: str, traceparent: str = "") -> Iterator[None]:
        """Lines inside carry the trace of the run, or the given one."""
        known = self._known.get(run_id)
        trace = parse(traceparent or (known.traceparent if known else ""))
        if trace is None:
            yield
            return
        with bind(trace_id=trace.trace_id, span_id=trace.span_id):
            yield

    def _keep(self, run_id: str, whereabouts: Whereabouts) -> None:
        self._known[run_id] = whereabouts
        self._known.move_to_end(run_id)
        while len(self._known) > self._most:
            self._known.popitem(last=False)
