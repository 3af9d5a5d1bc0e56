"""Holds the counts that the database keeps to what counting would give."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.adapters.sqlite import SqliteStore
from agent.adapters.sqlite.schema import WRITER_PRAGMAS, connect, migrate, migrations
from agent.domain.run import RunState
from tests.agent.makers import make_run

STATES = st.sampled_from(RunState)
_OLD_RUN = """
INSERT INTO runs (
    id, session_id, project_id, chat_id, requested_by, profile, prompt, created_at, state, approved, waited_seconds,
    detail, summary, resume_token, retry_of, traceparent, tracestate, lease_owner, pid, pid_started, boot_id
) VALUES (
    ?, 'S1', 'demo', 1, 1, 'default', 'x', '2026-01-01T00:00:00.000000Z', ?, 0, 0,
    '', '', '', '', '', '', '', 0, 0, ''
)
"""


@settings(max_examples=40, deadline=None)
@given(born=st.lists(STATES, max_size=6), moves=st.lists(st.tuples(st.integers(0, 5), STATES), max_size=10))
async def test_after_any_changes_the_counts_are_those_of_the_runs(
    born: list[RunState], moves: list[tuple[int, RunState]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    async with SqliteStore.opened(tmp_path_factory.mktemp("state") / "state.db") as store:
        states = dict(enumerate(born))
        async with store.transaction() as records:
            for number, state in states.items():
                await records.runs.add(make_run(id=f"r{number}", state=state))
            for number, state in moves:
                if number in states:
                    states[number] = state
                    await records.runs.save(make_run(id=f"r{number}", state=state))
        async with store.reading() as records:
            assert await records.runs.count_by_state() == {state: Counter(states.values())[state] for state in RunState}


async def test_runs_of_earlier_versions_are_counted_when_the_schema_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    before = [step for step in migrations() if step.version < 4]
    old = await connect(str(path), WRITER_PRAGMAS)
    await migrate(old, before)
    for run_id, state in (("a", "completed"), ("b", "completed"), ("c", "failed")):
        await old.execute(_OLD_RUN, (run_id, state))
    await old.close()

    async with SqliteStore.opened(path) as store, store.reading() as records:
        counts = await records.runs.count_by_state()

    assert {state: count for state, count in counts.items() if count} == {RunState.COMPLETED: 2, RunState.FAILED: 1}


async def test_a_change_that_is_rolled_back_is_not_counted(tmp_path: Path) -> None:
    async with SqliteStore.opened(tmp_path / "state.db") as store:
        run = make_run(id="r1")
        async with store.transaction() as records:
            await records.runs.add(run)

        async def fail_and_forget() -> None:
            async with store.transaction() as records:
                await records.runs.save(replace(run, state=RunState.FAILED))
                raise LookupError

        with pytest.raises(LookupError):
            await fail_and_forget()

        async with store.reading() as records:
            assert (await records.runs.count_by_state())[RunState.FAILED] == 0
