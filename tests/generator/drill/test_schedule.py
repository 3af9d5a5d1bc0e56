"""Who is rehearsed when: never two that are in each other's way, and nobody waits without reason."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from generator.domain.duration import Duration
from generator.domain.service import Service
from generator.drill.conflicts import Conflicts
from generator.drill.report import Case, Status
from generator.drill.schedule import rehearsed
from generator.drill.subject import Breach, Subject, subjects

from .skipping import at_once


class Stage:
    """Rehearses by doing nothing for as many turns of the loop as the subject's `for` has seconds."""

    def __init__(self, service: Service) -> None:
        self.known = list(subjects(service))
        self.conflicts = Conflicts(service, self.known)
        self.under_way: list[Subject] = []
        self.together: list[tuple[str, str]] = []
        self.most = 0

    async def rehearse(self, subject: Subject) -> Case:
        self.together += [
            (subject.name, other.name) for other in self.under_way if self.conflicts.between(subject, other)
        ]
        self.under_way.append(subject)
        self.most = max(self.most, len(self.under_way))
        for _ in range(int(subject.wait.seconds) + 1):
            await asyncio.sleep(0)
        self.under_way.remove(subject)
        return Case(subject.name, "", Status.PASSED, datetime(2026, 1, 1, tzinfo=UTC), 0.0, "", "")

    async def run(self, wanted: Sequence[Subject]) -> list[str]:
        return [case.case_id async for case in rehearsed(wanted, self.conflicts, self.rehearse, 0.0)]


async def test_everything_is_rehearsed_once_and_nothing_in_each_others_way(service: Service) -> None:
    stage = Stage(service)

    ended = await stage.run(stage.known)

    assert sorted(ended) == sorted(subject.name for subject in stage.known)
    assert stage.together == []


async def test_what_can_go_on_together_does(ours: Service) -> None:
    stage = Stage(ours)

    await stage.run(stage.known)

    assert stage.most > 5


async def test_the_longest_starts_first(ours: Service) -> None:
    stage = Stage(ours)
    short, long = (replace(stage.known[0], name=name, wait=Duration(wait)) for name, wait in (("a", 0), ("b", 9_000)))
    begun: list[str] = []

    async def rehearse(subject: Subject) -> Case:
        begun.append(subject.name)
        return await stage.rehearse(subject)

    conflicts = Conflicts(ours, [short, long])
    _ = [case async for case in rehearsed([short, long], conflicts, rehearse, 0.0)]

    assert begun == ["b", "a"]


async def test_nothing_goes_on_when_nobody_listens_any_more(ours: Service) -> None:
    stage = Stage(ours)
    running = rehearsed(stage.known, stage.conflicts, stage.rehearse, 0.0)
    await anext(running)
    await running.aclose()

    assert len(asyncio.all_tasks()) == 1


def test_between_two_starts_lies_the_pace_whatever_ends_in_between(ours: Service) -> None:
    known = _apart(ours, 90)
    starts: list[float] = []

    async def rehearse(subject: Subject) -> Case:
        starts.append(asyncio.get_running_loop().time())
        await asyncio.sleep(float(subject.wait.seconds))
        return Case(subject.name, "", Status.PASSED, datetime(2026, 1, 1, tzinfo=UTC), 0.0, "", "")

    async def run() -> int:
        return len([case async for case in rehearsed(known, Conflicts(ours, known), rehearse, 3.0)])

    assert at_once(run()) == 90
    assert [later - earlier for earlier, later in pairwise(starts)] == pytest.approx([3.0] * 89)


def _apart(service: Service, count: int) -> list[Subject]:
    """Subjects that have nothing to do with one another; some end before the next may start, some long after."""
    one = replace(next(subjects(service)), reads=(), jobs=frozenset(), breach=Breach())
    return [
        replace(one, name=f"a{number}", labels={"alertname": f"a{number}"}, wait=Duration(number % 7 * 1_300))
        for number in range(count)
    ]
