"""Holds the meter to what the machine says, and its view of the event loop to a clock that a test moves."""

import asyncio
import os
import subprocess
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from agent.adapters.meter import REMEMBERED_SECONDS, TICK_SECONDS, MachineMeter, used_bytes
from tests.agent.fakes import FakeClock


@asynccontextmanager
async def watched(clock: FakeClock) -> AsyncIterator[MachineMeter]:
    meter = MachineMeter(Path("/none"), clock)
    watching = asyncio.create_task(meter.watch_loop())
    await asyncio.sleep(0)
    yield meter
    watching.cancel()
    with suppress(asyncio.CancelledError):
        await watching
    assert meter.loop_lag_seconds() <= REMEMBERED_SECONDS


async def let(clock: FakeClock, *pauses: float) -> None:
    for pause in pauses:
        clock.advance(pause)
        await asyncio.sleep(0)
        await asyncio.sleep(0)


async def test_a_loop_in_time_has_no_lag() -> None:
    clock = FakeClock()
    async with watched(clock) as meter:
        await let(clock, TICK_SECONDS, TICK_SECONDS)

        assert meter.loop_lag_seconds() == 0


async def test_a_loop_that_stood_still_is_known_for_a_while() -> None:
    clock = FakeClock()
    async with watched(clock) as meter:
        await let(clock, TICK_SECONDS, TICK_SECONDS + 2)
        assert meter.loop_lag_seconds() == 2

        await let(clock, *[TICK_SECONDS] * 19)
        assert meter.loop_lag_seconds() == 2

        await let(clock, *[TICK_SECONDS] * 2)
        assert meter.loop_lag_seconds() == 0


async def test_the_lag_of_this_moment_counts_before_the_next_tick() -> None:
    clock = FakeClock()
    async with watched(clock) as meter:
        clock.advance(TICK_SECONDS + 3)

        assert meter.loop_lag_seconds() == 3


async def test_a_real_loop_that_is_blocked_is_late() -> None:
    meter = MachineMeter(Path("/none"))
    watching = asyncio.create_task(meter.watch_loop())
    await asyncio.sleep(0)
    threading.Event().wait(0.5)

    assert meter.loop_lag_seconds() >= 0.2
    watching.cancel()


def test_nobody_watching_is_no_lag() -> None:
    assert MachineMeter(Path("/none"), FakeClock()).loop_lag_seconds() == 0


def test_the_memory_is_that_of_this_process() -> None:
    status = Path("/proc/self/status").read_text()
    resident = int(status.partition("VmRSS:")[2].split()[0]) * 1024

    assert abs(MachineMeter(Path("/none")).resident_bytes() - resident) < 0.2 * resident


def test_what_cannot_be_measured_is_nothing(tmp_path: Path) -> None:
    (tmp_path / "statm").write_text("odd")
    meter = MachineMeter(tmp_path, statm=tmp_path / "statm")

    assert (meter.resident_bytes(), meter.log_bytes("r1"), meter.workspace_bytes("/w")) == (0, 0, 0)


def test_the_log_of_a_run_has_the_size_of_its_file(tmp_path: Path) -> None:
    (tmp_path / "r1.log").write_bytes(b"x" * 321)

    assert MachineMeter(tmp_path).log_bytes("r1") == 321


def filled(folder: Path) -> str:
    folder.mkdir()
    (folder / "file").write_bytes(b"x" * 10_000)
    return str(folder)


async def test_worktrees_are_measured_and_closed_ones_forgotten(tmp_path: Path) -> None:
    one, two = [filled(tmp_path / name) for name in ("S1", "S2")]
    meter = MachineMeter(tmp_path, rest_seconds=0)
    await meter.measure([one, two])
    assert 10_000 <= meter.workspace_bytes(one) < 30_000

    await meter.measure([two, str(tmp_path / "gone")])

    assert (meter.workspace_bytes(one), meter.workspace_bytes(str(tmp_path / "gone"))) == (0, 0)
    assert meter.workspace_bytes(two) >= 10_000


def test_it_counts_as_du_does_without_following_links(tmp_path: Path) -> None:
    tree, outside = tmp_path / "tree", tmp_path / "outside"
    (tree / "deep" / "er").mkdir(parents=True)
    outside.mkdir()
    (outside / "big").write_bytes(b"x" * 5_000_000)
    (tree / "deep" / "er" / "file").write_bytes(b"x" * 70_000)
    os.link(tree / "deep" / "er" / "file", tree / "again")
    (tree / "link").symlink_to(outside)
    (tree / "loop").symlink_to(tree)

    found = used_bytes(tree, threading.Event(), 0)

    said = subprocess.run(["du", "-sx", "--block-size=1", str(tree)], check=True, capture_output=True, text=True)
    own = tree.stat().st_blocks * 512  # du counts the folder itself
    assert found == int(said.stdout.split()[0]) - own


def test_a_rest_ends_when_measuring_is_stopped(tmp_path: Path) -> None:
    for number in range(600):
        (tmp_path / str(number)).touch()
    stop = threading.Event()
    walking = threading.Thread(target=used_bytes, args=(tmp_path, stop, 3600), daemon=True)
    walking.start()
    walking.join(timeout=0.3)
    assert walking.is_alive()

    stop.set()
    walking.join(timeout=10)

    assert not walking.is_alive()


async def test_measuring_ends_soon_when_it_is_cancelled(tmp_path: Path) -> None:
    for number in range(2000):
        (tmp_path / str(number)).touch()
    meter = MachineMeter(tmp_path, rest_seconds=30)
    measuring = asyncio.create_task(meter.measure([str(tmp_path)]))
    await asyncio.sleep(0.05)
    measuring.cancel()

    with suppress(asyncio.CancelledError):
        await measuring

    assert meter.workspace_bytes(str(tmp_path)) == 0
    assert measuring.cancelled()
