"""Holds transactions that share a commit to what each of them was promised alone."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.adapters.sqlite import SqliteStore
from agent.errors import StoreError, StoreReadOnly
from tests.agent.makers import make_run


class Bug(Exception):
    """What a transaction may fail with."""


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    async with SqliteStore.opened(tmp_path / "state.db") as opened:
        yield opened


async def add(store: SqliteStore, *run_ids: str, fails: bool = False) -> None:
    async with store.transaction() as records:
        for run_id in run_ids:
            await records.runs.add(make_run(id=run_id))
        if fails:
            raise Bug


async def kept(store: SqliteStore) -> set[str]:
    async with store.reading() as records:
        return {run.id for run in await records.runs.listing(1000)}


def counted_commits(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> list[set[str]]:
    """What a reader saw right before each commit."""
    seen: list[set[str]] = []
    commit = store._writer.commit

    async def noted() -> None:
        seen.append(await kept(store))
        await commit()

    monkeypatch.setattr(store._writer, "commit", noted)
    return seen


async def test_those_who_wait_in_line_share_one_commit(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    commits = counted_commits(store, monkeypatch)

    await asyncio.gather(*(add(store, f"r{number}") for number in range(20)))

    assert len(await kept(store)) == 20
    assert len(commits) == 1


async def test_whoever_is_alone_is_committed_at_once(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    commits = counted_commits(store, monkeypatch)

    for number in range(3):
        await add(store, f"r{number}")

    assert commits == [set(), {"r0"}, {"r0", "r1"}]


async def test_nobody_is_told_before_the_commit(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    commit, let_go = store._writer.commit, asyncio.Event()

    async def slow() -> None:
        await let_go.wait()
        await commit()

    monkeypatch.setattr(store._writer, "commit", slow)
    tasks = [asyncio.create_task(add(store, f"r{number}")) for number in range(3)]
    done, _ = await asyncio.wait(tasks, timeout=0.1)
    assert not done

    let_go.set()
    await asyncio.gather(*tasks)
    assert await kept(store) == {"r0", "r1", "r2"}


@settings(max_examples=30, deadline=None)
@given(fates=st.lists(st.booleans(), min_size=1, max_size=12))
async def test_of_any_mixture_exactly_those_that_succeed_are_kept(
    fates: list[bool], tmp_path_factory: pytest.TempPathFactory
) -> None:
    async with SqliteStore.opened(tmp_path_factory.mktemp("state") / "state.db") as store:
        adding = (add(store, f"a{number}", f"b{number}", fails=fails) for number, fails in enumerate(fates))
        answers = await asyncio.gather(*adding, return_exceptions=True)

        assert [isinstance(answer, Bug) for answer in answers] == fates
        expected = {f"{letter}{number}" for number, fails in enumerate(fates) if not fails for letter in "ab"}
        assert await kept(store) == expected


async def test_a_member_that_is_cancelled_inside_is_undone_and_the_others_are_kept(store: SqliteStore) -> None:
    entered = asyncio.Event()

    async def stuck() -> None:
        async with store.transaction() as records:
            await records.runs.add(make_run(id="stuck"))
            entered.set()
            await asyncio.Event().wait()

    before, middle = asyncio.create_task(add(store, "before")), asyncio.create_task(stuck())
    after = asyncio.create_task(add(store, "after"))
    await entered.wait()
    middle.cancel()

    with pytest.raises(asyncio.CancelledError):
        await middle
    await asyncio.gather(before, after)
    assert await kept(store) == {"before", "after"}


async def test_cancelled_at_any_step_a_transaction_never_blocks_the_next(store: SqliteStore) -> None:
    for steps in range(25):
        tasks = [asyncio.create_task(add(store, f"{steps}-{number}")) for number in range(3)]
        for _ in range(steps):
            await asyncio.sleep(0.0002)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

        await add(store, f"after-{steps}")

    assert {f"after-{steps}" for steps in range(25)} <= await kept(store)


async def test_when_the_commit_is_refused_every_member_is_told_and_nothing_is_kept(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = store._writer.commit

    async def refused() -> None:
        monkeypatch.setattr(store._writer, "commit", commit)
        await store._writer.execute("SELECT no_such_column")

    monkeypatch.setattr(store._writer, "commit", refused)
    answers = await asyncio.gather(*(add(store, f"r{number}") for number in range(4)), return_exceptions=True)

    assert all(isinstance(answer, StoreError) for answer in answers)
    assert await kept(store) == set()
    await add(store, "later")
    assert await kept(store) == {"later"}


async def test_when_the_disk_is_full_in_the_middle_no_member_believes_to_be_kept_that_is_not(
    store: SqliteStore,
) -> None:
    pages = (await (await store._writer.execute("PRAGMA page_count")).fetchone() or (0,))[0]
    await store._writer.execute(f"PRAGMA max_page_count = {pages + 4}")
    large = make_run(prompt="x" * 3000)

    async def fill(name: str, count: int) -> str:
        async with store.transaction() as records:
            for number in range(count):
                await records.runs.add(make_run(id=f"{name}-{number}", prompt=large.prompt))
        return name

    answers = await asyncio.gather(fill("a", 1), fill("b", 200), fill("c", 1), return_exceptions=True)

    found = await kept(store)
    assert isinstance(answers[1], StoreReadOnly)
    assert {name for name in "abc" if f"{name}-0" in found} == {answer for answer in answers if isinstance(answer, str)}


async def test_when_everything_was_undone_the_next_member_does_not_write_outside_of_a_transaction(
    store: SqliteStore,
) -> None:
    async def carries_on() -> None:
        async with store.transaction() as records:
            await store._writer.rollback()  # as SQLite does by itself, and the body has caught the error
            await records.runs.get("r1")

    with pytest.raises(StoreError):
        await carries_on()

    await add(store, "r1")
    assert await kept(store) == {"r1"}


async def test_when_everything_was_undone_in_the_middle_those_before_are_told_and_those_after_are_kept(
    store: SqliteStore,
) -> None:
    async def undoes_everything() -> None:
        async with store.transaction():
            await store._writer.rollback()  # as SQLite does by itself when the disk breaks
            raise Bug

    before, middle, after = await asyncio.gather(
        add(store, "before"), undoes_everything(), add(store, "after"), return_exceptions=True
    )

    assert isinstance(before, StoreError)
    assert isinstance(middle, Bug)
    assert after is None
    assert await kept(store) == {"after"}
