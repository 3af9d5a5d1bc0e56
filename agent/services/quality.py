"""The quality of the agents' work: judgements come in, drift, gates and recommendations come out.

A role is a profile. Judgements are people's feedback on runs and the results of offline evaluations; nothing is scored
by itself, so a role nobody judges has no drift at all rather than a perfect one.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from agent.domain.evaluation import Case, Measured, Thresholds, assess
from agent.domain.quality import ENOUGH, LOW_QUALITY, Score, Signal, drift
from agent.domain.regression import Comparator, Gate, GateSeverity, Judged, Measure, Verdict, judge
from agent.domain.run import Run, RunState
from agent.errors import Conflict
from agent.ports import Records
from agent.services.journal import Writing

DAYS: Final = 30
"""How far back drift looks, as the gauge does."""

MOST_GATES: Final = 100
ALL_ROLES: Final = "all"
_GATES: Final = "quality.gates"
_ENDED: Final = frozenset({RunState.COMPLETED, RunState.FAILED})


@dataclass(frozen=True, slots=True)
class Standing:
    """How a role's work stands.

    Attributes:
        drift: 0 none to 1 worst, or None while too little was judged.
        judged: how many judgements of each signal there are.
        poor: how many of them were bad.
    """

    role_scope: str
    drift: float | None
    judged: dict[Signal, int]
    poor: dict[Signal, int]

    @property
    def complaints(self) -> tuple[Signal, ...]:
        """The signals that say enough, and something bad."""
        return tuple(each for each in Signal if self.judged[each] >= ENOUGH and self.poor[each])


class Quality:
    """Keeps judgements and answers what they add up to."""

    def __init__(self, organization: str) -> None:
        self._organization = organization

    async def feedback(self, writing: Writing, run: Run, *, accepted: bool, score: float | None, by: int) -> None:
        """What a person thinks of a run that has ended: taken or not, and perhaps how good, from 0 to 1."""
        if run.state not in _ENDED:
            raise Conflict(f"Run {run.id} is {run.state}; only what completed or failed can be judged.")
        await self._add(writing, run.profile, Signal.FEEDBACK, float(accepted))
        if score is not None:
            await self._add(writing, run.profile, Signal.RUN, score)
        await writing.audit(by, "quality.feedback", run.id, "accepted" if accepted else "rejected")

    async def evaluate(  # noqa: PLR0913 - the parts of an evaluation
        self, writing: Writing, cases: Sequence[Case], thresholds: Thresholds, *, role: str, keep: bool, by: int
    ) -> tuple[Measured, ...]:
        """Assess a suite; `keep` makes every case a judgement of the role, or of all roles together."""
        if keep:
            for case in cases:
                await self._add(writing, role or ALL_ROLES, Signal.EVALUATION, float(case.passed))
            await writing.audit(by, "quality.offline_eval.ran", role or ALL_ROLES, f"{len(cases)} cases")
        return assess(cases, thresholds)

    async def standings(self, records: Records, now: datetime, days: int = DAYS) -> tuple[Standing, ...]:
        """Every role that was judged lately, by name."""
        by_role: dict[str, list[Score]] = {}
        for score in await records.scores.since(now - timedelta(days=days)):
            if score.organization == self._organization:
                by_role.setdefault(score.role_scope, []).append(score)
        return tuple(_standing(role, scores) for role, scores in sorted(by_role.items()))

    async def gates(self, records: Records) -> tuple[Gate, ...]:
        """All gates, the oldest first."""
        kept = json.loads(await records.controls.value(_GATES) or "[]")
        return tuple(_gate(each) for each in kept)

    async def set_gate(self, writing: Writing, gate: Gate, *, by: int) -> None:
        """Put up a gate; one about the same role, measure and comparator is replaced."""
        others = [each for each in await self.gates(writing.records) if each.about != gate.about]
        if len(others) >= MOST_GATES:
            raise Conflict(f"There are {MOST_GATES} gates already.")
        kept = json.dumps([_cells(each) for each in (*others, gate)])
        await writing.records.controls.keep(_GATES, kept)
        await writing.audit(by, "quality.regression_gate.created", gate.id, f"{gate.measure} {gate.comparator}")

    async def judged(
        self, records: Records, now: datetime, *, role: str = "", only_enabled: bool = True
    ) -> tuple[Judged, ...]:
        """What the gates say, those of one role and of all roles together, or of everybody."""
        asked = [each for each in await self.gates(records) if each.enabled or not only_enabled]
        asked = [each for each in asked if not role or each.role_scope in {"", role}]
        longest = max((each.lookback_days for each in asked), default=0)
        scores = await records.scores.since(now - timedelta(days=2 * longest)) if asked else ()
        own = [each for each in scores if each.organization == self._organization]
        return tuple(judge(each, own, now) for each in asked)

    async def blocking(self, records: Records, now: datetime, role: str) -> tuple[Judged, ...]:
        """The gates that forbid to put more on the role."""
        return tuple(each for each in await self.judged(records, now, role=role) if each.verdict is Verdict.BLOCK)

    async def _add(self, writing: Writing, role: str, signal: Signal, value: float) -> None:
        await writing.records.scores.add(Score(self._organization, role, signal, value, writing.now))


def _standing(role: str, scores: Sequence[Score]) -> Standing:
    judged = dict.fromkeys(Signal, 0)
    poor = dict.fromkeys(Signal, 0)
    for score in scores:
        judged[score.signal] += 1
        poor[score.signal] += score.value < LOW_QUALITY
    return Standing(role, drift(scores), judged, poor)


def _cells(gate: Gate) -> dict[str, Any]:
    return {**asdict(gate), "created_at": gate.created_at.isoformat()}


def _gate(cells: dict[str, Any]) -> Gate:
    typed = {
        "measure": Measure(cells["measure"]),
        "comparator": Comparator(cells["comparator"]),
        "severity": GateSeverity(cells["severity"]),
        "created_at": datetime.fromisoformat(cells["created_at"]),
    }
    return Gate(**{**cells, **typed})
