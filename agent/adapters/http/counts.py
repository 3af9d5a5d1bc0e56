"""How many runs there are in which state."""

from collections.abc import Mapping
from typing import Final

from agent.adapters.http.shapes import INTEGER, Json, Schema, record
from agent.domain.run import RunState

COUNTS: Final[Schema] = record(
    "RunCounts", {"total_runs": INTEGER, **{f"{state.value}_runs": INTEGER for state in RunState}}
)


def counts(runs: Mapping[RunState, int]) -> Json:
    """The documented fields, and the two states that the documents leave out."""
    return {"total_runs": sum(runs.values()), **{f"{state.value}_runs": runs[state] for state in RunState}}
