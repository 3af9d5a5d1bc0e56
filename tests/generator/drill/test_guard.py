"""A rehearsal whose stack falls apart: broken off at once, said why, and written down whatever happens."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from generator.drill.guard import guarded
from generator.drill.report import Case, Report, Status
from generator.drill.report.minutes import BrokenOff, Minutes, kept
from generator.errors import TocsinError


class Part:
    """A process that ends when it is told to."""

    def __init__(self) -> None:
        self.gone = asyncio.Event()

    async def ended(self) -> None:
        await self.gone.wait()


class Parts:
    """A stack of two."""

    def __init__(self) -> None:
        self.parts = {"exporter": Part(), "agent": Part()}

    def has(self, name: str) -> bool:
        return name in self.parts

    def process(self, name: str) -> Part:
        return self.parts[name]


async def test_a_block_is_broken_off_as_soon_as_a_part_ends() -> None:
    parts = Parts()

    async def run() -> None:
        async with asyncio.timeout(5), guarded(parts, ("exporter", "agent", "telegram")):
            parts.parts["agent"].gone.set()
            await asyncio.Event().wait()

    with pytest.raises(BrokenOff, match=r"agent ended by itself while it was needed; see logs/agent\.log"):
        await run()

    assert len(asyncio.all_tasks()) == 1


async def test_a_block_that_feels_the_end_first_is_told_what_it_was() -> None:
    parts = Parts()

    async def run() -> None:
        async with guarded(parts, ("exporter", "agent")):
            asyncio.get_running_loop().call_later(0.01, parts.parts["exporter"].gone.set)
            raise aiohttp.ClientError

    with pytest.raises(BrokenOff, match="exporter ended"):
        await run()


async def test_another_error_goes_on_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("generator.drill.guard._NOTICED", 0.01)
    with pytest.raises(TocsinError, match="something else"):
        async with guarded(Parts(), ("exporter", "agent")):
            raise TocsinError("something else")


async def test_what_lives_and_does_not_answer_breaks_it_off_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("generator.drill.guard._NOTICED", 0.01)
    with pytest.raises(BrokenOff, match="a part of the stack does not answer: TimeoutError"):
        async with guarded(Parts(), ("exporter", "agent")):
            raise TimeoutError


async def test_a_block_that_ends_well_leaves_nothing_watching() -> None:
    async with guarded(Parts(), ("exporter", "agent")):
        pass

    assert len(asyncio.all_tasks()) == 1


async def test_somebody_who_breaks_it_off_is_not_mistaken_for_a_part_that_ends() -> None:
    async def run() -> None:
        async with guarded(Parts(), ("exporter", "agent")):
            await asyncio.Event().wait()

    task = asyncio.create_task(run())
    await asyncio.sleep(0)
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task


PASSED = Case("A", "", Status.PASSED, datetime(2026, 1, 1, tzinfo=UTC), 1.0, "", "logs/A.log")


@pytest.fixture
def minutes(tmp_path: Path) -> Minutes:
    report = Report(tmp_path)
    report.open()
    return Minutes(report, "tocsin.alert_drill.v1", "Alert drill", ["A", "B"], lambda _: None)


def written(minutes: Minutes) -> dict[str, object]:
    found: dict[str, object] = json.loads((minutes.report.folder / "summary.json").read_text())
    return found


def test_what_is_broken_off_fails_with_the_reason_and_what_was_not_finished(minutes: Minutes) -> None:
    minutes.add(PASSED)
    with kept(minutes):
        raise BrokenOff("agent ended by itself")

    found = written(minutes)
    assert (found["overall_status"], found["broken_off"], found["unfinished"]) == (
        "failed",
        "agent ended by itself",
        ["B"],
    )
    assert "- Not finished: B" in (minutes.report.folder / "SUMMARY.md").read_text()
    assert minutes.done.data() == found


def test_what_somebody_breaks_off_is_interrupted_and_written_down(minutes: Minutes) -> None:
    minutes.add(PASSED)
    with pytest.raises(asyncio.CancelledError), kept(minutes):
        raise asyncio.CancelledError

    assert (written(minutes)["overall_status"], written(minutes)["unfinished"]) == ("interrupted", ["B"])


def test_a_stack_that_does_not_start_is_written_down_and_said(minutes: Minutes) -> None:
    with pytest.raises(TocsinError), kept(minutes):
        raise TocsinError("prometheus has ended")

    assert (written(minutes)["overall_status"], written(minutes)["broken_off"]) == ("failed", "prometheus has ended")


def test_what_comes_to_its_end_says_nothing_of_being_broken_off(minutes: Minutes) -> None:
    with kept(minutes):
        minutes.add(PASSED)

    assert written(minutes)["overall_status"] == "passed"
    assert "broken_off" not in written(minutes)
