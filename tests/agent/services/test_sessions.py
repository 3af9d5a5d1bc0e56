"""Holds sessions to having a worktree, to leaving none behind, and to coming back from what is on disk."""

from pathlib import Path

import pytest

from agent.domain.changes import Change, Changes
from agent.domain.run import RunState
from agent.domain.session import Session, SessionState
from agent.errors import Conflict, NotFound, StoreReadOnly, WorktreeError
from agent.services.git_guard import GitGuard
from agent.services.journal import Writing
from agent.services.reconstruction import Rebuilt, Reconstruction
from agent.services.sessions import Sessions
from tests.agent.fakes import FakeWorktrees, Script
from tests.agent.makers import make_project
from tests.agent.services.agency import Agency


class Place:
    """An agency with git."""

    def __init__(self) -> None:
        self.agency = Agency()
        self.git = FakeWorktrees(make_project())
        self.sessions = Sessions(self.agency.journal, self.git, self.agency.endings, GitGuard(self.agency.breakers))

    async def open(self) -> Session:
        async with self.agency.store.transaction() as records:
            await records.projects.save(make_project())
        return await self.sessions.open("app", chat_id=7, owner_id=7)

    async def session(self, session_id: str) -> Session | None:
        async with self.agency.store.reading() as records:
            return await records.sessions.get(session_id)


async def test_a_session_has_a_worktree_on_a_branch_of_its_own() -> None:
    place = Place()

    session = await place.open()

    assert place.git.trees == {Path("/w/S1"): ("app", "tocsin/S1")}
    assert await place.session("S1") == session
    assert place.agency.observer.names == ["session.created", "session.workspace_ready"]


async def test_git_is_asked_a_second_time_and_then_the_reason_is_told() -> None:
    place = Place()
    place.git.failures.append(WorktreeError("locked", exit_code=128))
    assert (await place.open()).id == "S1"

    place.git.failures.extend([WorktreeError("disk full", exit_code=128)] * 2)
    with pytest.raises(WorktreeError, match="disk full"):
        await place.open()
    assert await place.session("S2") is None
    assert "session.error" in place.agency.observer.names


async def test_git_is_left_alone_after_three_failures_in_a_row() -> None:
    place = Place()
    place.git.failures.extend([WorktreeError("broken", exit_code=128)] * 9)
    for _ in range(2):
        with pytest.raises(WorktreeError):
            await place.open()

    assert len(place.git.failures) == 6


async def test_closing_cancels_what_is_queued_and_removes_the_worktree() -> None:
    place = Place()
    await place.open()
    run = await place.agency.ask()

    session = await place.sessions.close("S1", by=7)

    assert session.state is SessionState.CLOSED
    assert place.git.trees == {}
    assert (await place.agency.run(run.id)).state is RunState.CANCELLED


async def test_a_session_with_a_run_at_work_is_not_closed() -> None:
    place = Place()
    await place.open()
    place.agency.runner.scripts.append(Script(hangs=True))
    await place.agency.ask()
    await place.agency.runs.start_ready()

    with pytest.raises(Conflict, match="cancel it first"):
        await place.sessions.close("S1", by=7)
    await place.agency.work.stop_all()


async def test_unknown_projects_and_sessions_are_said_to_be_unknown() -> None:
    place = Place()
    with pytest.raises(NotFound):
        await place.sessions.open("nothing", chat_id=7, owner_id=7)
    with pytest.raises(NotFound):
        await place.sessions.close("S9", by=7)


async def test_projects_and_sessions_come_back_from_what_is_on_disk_once() -> None:
    place = Place()
    place.git.trees = {Path("/w/S7"): ("app", "tocsin/S7"), Path("/w/mine"): ("app", "feature")}
    rebuild = Reconstruction(place.agency.journal, place.git, chat_id=7, owner_id=7)

    assert await rebuild.run() == Rebuilt(projects=1, sessions=2)
    assert await rebuild.run() == Rebuilt(projects=0, sessions=0)

    found = await place.session("S7")
    assert found is not None
    assert (found.branch, found.workspace) == ("tocsin/S7", "/w/S7")
    assert (await place.open()).id == "S9"


async def test_the_same_key_opens_the_same_session_however_often_it_was_cut_short() -> None:
    place = Place()
    async with place.agency.store.transaction() as records:
        await records.projects.save(make_project())

    async def dies(_writing: Writing, _session: Session) -> None:
        raise StoreReadOnly

    for _ in range(2):
        with pytest.raises(StoreReadOnly):
            await place.sessions.open("app", chat_id=7, owner_id=7, key="u1", concluding=dies)
    assert await place.sessions.under_way("u1") == "S1"
    assert list(place.git.trees) == [Path("/w/S1")]

    assert (await place.sessions.open("app", chat_id=7, owner_id=7, key="u1")).id == "S1"
    assert await place.sessions.under_way("u1") == ""
    assert (await place.sessions.open("app", chat_id=7, owner_id=7, key="u2")).id == "S2"


async def test_a_caller_who_changes_their_mind_leaves_no_worktree() -> None:
    place = Place()
    async with place.agency.store.transaction() as records:
        await records.projects.save(make_project())

    async def refuses(_writing: Writing, _session: Session) -> None:
        raise Conflict("no")

    with pytest.raises(Conflict):
        await place.sessions.open("app", chat_id=7, owner_id=7, concluding=refuses)
    assert place.git.trees == {}
    assert await place.session("S1") is None


async def test_what_git_refuses_is_not_remembered_for_ever() -> None:
    place = Place()
    await place.open()
    for number in range(150):
        place.git.failures.extend([WorktreeError("no", exit_code=128)] * 2)
        with pytest.raises(WorktreeError):
            await place.sessions.open("app", chat_id=7, owner_id=7, key=f"u{number}")
        place.git.failures.clear()
        place.agency.clock.advance(60)
    assert await place.sessions.under_way("u149") == "S151"
    assert await place.sessions.under_way("u49") == ""


async def test_the_used_session_comes_first_even_when_the_clock_was_set_back() -> None:
    place = Place()
    await place.open()
    await place.open()
    place.agency.clock.advance(-3600)
    async with place.agency.journal.writing() as writing:
        await place.sessions.use(writing, "S1", by=7)
    async with place.agency.store.reading() as records:
        assert [each.id for each in await records.sessions.of_chat(7)] == ["S1", "S2"]


async def test_a_closed_session_is_neither_used_nor_changed() -> None:
    place = Place()
    await place.open()
    await place.sessions.close("S1", by=7)
    async with place.agency.journal.writing() as writing:
        with pytest.raises(Conflict, match="open a new one"):
            await place.sessions.use(writing, "S1", by=7)
        with pytest.raises(NotFound):
            await place.sessions.choose_profile(writing, "S9", "other", by=7)


async def test_changes_need_a_project() -> None:
    place = Place()
    session = await place.open()
    place.git.changed = Changes((Change("a", 1, 2),))
    assert await place.sessions.changes(session) == place.git.changed
    async with place.agency.store.transaction() as records:
        await records.projects.remove("app")
    with pytest.raises(NotFound):
        await place.sessions.changes(session)
