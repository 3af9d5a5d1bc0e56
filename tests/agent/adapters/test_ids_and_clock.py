"""Names and moments from the machine."""

import asyncio
import time
from datetime import UTC

from agent.adapters.clock import SystemClock
from agent.adapters.ids import ALPHABET, SystemIds

LATER = 1_800_000_000.0


def test_short_names_are_easy_to_type_and_never_given_twice() -> None:
    ids = SystemIds(lambda: LATER)
    given = [ids.short() for _ in range(20_000)]
    assert len(set(given)) == len(given)
    assert all(len(name) == 7 and set(name) <= set(ALPHABET) for name in given)
    assert SystemIds(lambda: LATER + 1001).short() not in given


def test_neighbours_look_different() -> None:
    ids = SystemIds(lambda: LATER)
    first, second = ids.short(), ids.short()
    assert sum(one != other for one, other in zip(first, second, strict=True)) >= 4


def test_the_other_names_have_the_shape_that_is_asked_for() -> None:
    ids = SystemIds()
    assert [len(ids.run()), len(ids.trace()), len(ids.span())] == [36, 32, 16]
    assert len({ids.run() for _ in range(100)} | {ids.trace() for _ in range(100)}) == 200


async def test_the_clock_is_in_utc_and_sleeps() -> None:
    clock = SystemClock()
    assert abs(clock.now().timestamp() - time.time()) < 5
    assert clock.now().tzinfo is UTC
    before = clock.monotonic()
    await asyncio.gather(clock.sleep(-1), clock.sleep(0))
    assert clock.monotonic() >= before
