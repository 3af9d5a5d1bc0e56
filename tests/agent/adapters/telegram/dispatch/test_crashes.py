"""Killed between any two commits and born again: everything happens, once, and is said once."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from agent.domain.approval import Scope
from agent.domain.inbox import Source
from agent.domain.run import RunState
from agent.ports import Store
from tests.agent.adapters.telegram.dispatch.office import APPROVER, GROUP, Killed, MortalStore, Office

DOCUMENT = {"file_id": "F1", "file_name": "plan.txt", "file_size": 5}


async def waiting(store: Store) -> int:
    async with store.reading() as records:
        return len(await records.inbox.waiting(Source.TELEGRAM, 100))


def born(folder: Path, store: Store, before: Office | None) -> Office:
    office = Office(folder, store=store, before=before, gate=Scope.SHELL)
    office.courtesy.files["F1"] = b"hello"
    return office


async def live_and_die(folder: Path, store: Store, before: Office, dies_at: int, *, after: bool) -> bool:
    """One life that is killed at its n-th commit; whether it was."""
    mortal = MortalStore(store, dies_at, after=after)
    office = born(folder, mortal, before)
    with suppress(Killed):
        await office.hears()
    return mortal.is_dead


SCRIPT: dict[str, dict[str, Any]] = {
    "new": {"text": "/new app"},
    "prompt": {"text": "do it"},
    "file": {"text": "", "caption": "read this", "document": DOCUMENT},
}


@pytest.mark.parametrize("after", [False, True], ids=["before the commit", "after the commit"])
@pytest.mark.parametrize("dies_at", range(1, 8))
@pytest.mark.parametrize("kind", SCRIPT)
async def test_one_message_makes_one_session_and_one_run(
    store: Store, tmp_path: Path, kind: str, dies_at: int, *, after: bool
) -> None:
    first = born(tmp_path, store, None)
    await first.register()
    await first.intake.keep([first.written(APPROVER, **SCRIPT[kind])])

    await live_and_die(tmp_path, store, first, dies_at, after=after)
    second = born(tmp_path, store, first)
    await second.hears()

    assert await waiting(store) == 0
    (session,) = await second.sessions()
    assert list(first.git.trees) == [Path(session.workspace)]
    assert len(await second.runs()) == (kind != "new")
    assert len([each for each in await second.messages() if "Branch" in each.text]) == 1
    if kind == "file":
        assert [each.name for each in (Path(session.workspace) / "inbox").iterdir()] == ["plan.txt"]
        assert len([each for each in await second.messages() if "📎" in each.text]) == 1


@pytest.mark.parametrize("after", [False, True], ids=["before the commit", "after the commit"])
@pytest.mark.parametrize("dies_at", range(1, 12))
async def test_a_whole_conversation_survives_a_kill_anywhere(
    store: Store, tmp_path: Path, dies_at: int, *, after: bool
) -> None:
    first = born(tmp_path, store, None)
    await first.register()
    await first.hears(first.written(APPROVER, "/new app"), first.written(APPROVER, "one"))
    (asked,) = [each for each in await first.messages() if each.key.startswith("approval:")]
    name = asked.key.removeprefix("approval:")
    said = ["two", f"/approve {name} session", "/halt", "/cancel", "/status", "/resume"]
    await first.intake.keep([first.written(APPROVER, text) for text in said])
    replies = len(await first.messages())

    await live_and_die(tmp_path, store, first, dies_at, after=after)
    second = born(tmp_path, store, first)
    await second.hears()

    assert await waiting(store) == 0
    two, one = await second.runs()
    assert (one.prompt, two.prompt) == ("one", "two")
    assert {one.state, two.state} == {RunState.PENDING, RunState.CANCELLED}
    texts = [each.text for each in (await second.messages())[replies:]]
    assert len([each for each in texts if "is approved" in each]) == 1
    assert len([each for each in texts if "Status" in each]) == 1
    assert len([each for each in texts if "Containment" in each]) == 2
    actions = await second.audited()
    assert [actions.count(each) for each in ("containment.halt", "containment.resume", "job.approved")] == [1, 1, 1]


@pytest.mark.parametrize("after", [False, True], ids=["before the commit", "after the commit"])
@pytest.mark.parametrize("dies_at", range(1, 10))
async def test_a_choice_a_mention_and_an_edit_survive_a_kill_anywhere(
    store: Store, tmp_path: Path, dies_at: int, *, after: bool
) -> None:
    first = born(tmp_path, store, None)
    await first.register("app", "web")
    prompt = first.written(APPROVER, "@tocsin_bot one", chat=GROUP, thread=7)
    await first.intake.keep(
        [
            first.tapped(APPROVER, "o:web", chat=GROUP, thread=7),
            first.written(APPROVER, "lunch?", chat=GROUP),
            prompt,
            first.edited(prompt, "@tocsin_bot two"),
        ]
    )

    await live_and_die(tmp_path, store, first, dies_at, after=after)
    second = born(tmp_path, store, first)
    await second.hears()

    assert await waiting(store) == 0
    assert [each.project_id for each in await second.sessions()] == ["web"]
    (run,) = await second.runs()
    assert run.prompt == "one"  # it waits for an answer, so nothing may change it
    said = [each.text for each in await second.messages()]
    assert len([each for each in said if "Branch" in each]) == 1
    assert len([each for each in said if "Edits are not read: run" in each]) == 1


@pytest.mark.parametrize("after", [False, True], ids=["before the commit", "after the commit"])
@pytest.mark.parametrize("dies_at", range(1, 7))
async def test_a_session_is_closed_once_and_says_so(store: Store, tmp_path: Path, dies_at: int, *, after: bool) -> None:
    first = born(tmp_path, store, None)
    await first.register()
    await first.hears(first.written(APPROVER, "/new app"), first.written(APPROVER, "/new app"))
    await first.hears(first.written(APPROVER, "one"))
    await first.intake.keep([first.written(APPROVER, "/close")])

    await live_and_die(tmp_path, store, first, dies_at, after=after)
    second = born(tmp_path, store, first)
    await second.hears()

    assert await waiting(store) == 0
    assert [(each.id, each.state) for each in await second.sessions()] == [("S2", "closed"), ("S1", "idle")]
    assert [path.name for path in first.git.trees] == ["S1"]
    assert len([each for each in await second.messages() if "is closed" in each.text]) == 1
    assert (await second.audited()).count("session.closed") == 1


async def test_an_update_that_kills_ten_lives_is_put_aside_and_its_author_told(store: Store, tmp_path: Path) -> None:
    first = born(tmp_path, store, None)
    await first.register()
    await first.intake.keep([first.written(APPROVER, "do it"), first.written(APPROVER, "/whoami")])
    for _ in range(10):
        assert await live_and_die(tmp_path, store, first, 1, after=True)

    last = born(tmp_path, store, first)
    await last.hears()

    assert await waiting(store) == 0
    assert await last.runs() == []
    first_reply, second_reply = await last.messages()
    assert "several times" in first_reply.text
    assert "You are user" in second_reply.text


async def test_a_bug_is_tried_three_times_and_then_told(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = 0

    async def broken(*_: object) -> None:
        nonlocal calls
        calls += 1
        raise ZeroDivisionError

    monkeypatch.setattr(office.agency.snapshots, "take", broken)
    (reply,) = await office.says(APPROVER, "/status")

    assert calls == 3
    assert "several times" in reply
    (item,) = office.items
    assert (item.state, item.attempts) == ("failed", 3)
    assert office.agency.observer.names.count("agent.error") == 3
    assert "You are user" in (await office.says(APPROVER, "/whoami"))[0]
