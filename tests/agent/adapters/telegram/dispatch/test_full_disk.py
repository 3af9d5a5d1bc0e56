"""While the disk refuses: who looks is answered, the rest is kept, said so once, and done exactly once afterwards."""

import pytest

from agent.domain.inbox import ItemState
from agent.domain.run import RunState
from agent.errors import StoreReadOnly
from tests.agent.adapters.telegram.dispatch.office import APPROVER, OPERATOR, Office

SENTENCE = "System in read-only mode. Writes disabled."


@pytest.fixture
async def full(office: Office) -> Office:
    await office.says(OPERATOR, "/new app")
    office.agency.chat.said.clear()
    return office


async def test_a_prompt_is_kept_and_run_once_when_the_disk_is_back(full: Office) -> None:
    await full.intake.keep([full.written(OPERATOR, "do it"), full.written(OPERATOR, "/whoami")])
    full.agency.disk.broken = True
    full.dispatcher.wake.clear()
    await full.hears()
    assert full.dispatcher.wake.is_set()
    full.dispatcher.wake.clear()
    await full.hears()

    kept, looked = full.agency.chat.texts
    assert SENTENCE in kept
    assert "is kept and will be taken up" in kept
    assert "You are user" in looked
    assert await full.dispatcher.turn() == 1.0
    await full.dispatcher.settle()
    assert not full.dispatcher.wake.is_set()

    full.agency.disk.broken = False
    messages = len(await full.messages())
    await full.hears()

    assert [run.state for run in await full.runs()] == [RunState.PENDING]
    assert {item.state for item in full.items} == {ItemState.DONE}
    assert len(await full.messages()) == messages + 1


async def test_a_tap_is_answered_with_the_sentence_and_done_later(full: Office) -> None:
    await full.says(OPERATOR, "do it")
    (run,) = await full.runs()
    await full.intake.keep([full.tapped(OPERATOR, f"c:{run.id}")])
    full.agency.disk.broken = True
    await full.hears()
    await full.hears()
    (answer,) = [text for _, text in full.courtesy.answered]
    assert SENTENCE in answer
    assert full.agency.chat.texts == []

    full.agency.disk.broken = False
    await full.hears()
    assert (await full.agency.run(run.id)).state is RunState.CANCELLED
    assert len(full.courtesy.answered) == 1


async def test_the_disk_is_no_fault_of_the_updates(full: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refusing(*_: object, **__: object) -> None:
        raise StoreReadOnly

    await full.intake.keep([full.written(OPERATOR, "do it")])
    with monkeypatch.context() as patched:
        patched.setattr(full.agency.runs, "accept", refusing)
        for _ in range(5):
            await full.hears()
    await full.hears()

    assert [item.state for item in full.items] == [ItemState.DONE, ItemState.DONE]
    assert len(await full.runs()) == 1


async def test_what_cannot_even_be_kept_is_answered_once_and_done_when_telegram_brings_it_again(full: Office) -> None:
    prompt, look = full.written(OPERATOR, "do it"), full.written(APPROVER, "/status")
    stranger = full.written(99, "hello")
    full.agency.disk.broken = True
    for _ in range(3):
        with pytest.raises(StoreReadOnly):
            await full.intake.keep([prompt, look, stranger])
        await full.dispatcher.settle()
    assert [SENTENCE in text for text in full.agency.chat.texts] == [True, True]
    assert full.agency.chat.texts[1].startswith("🔴")  # the status is that of this moment, not of the last inspection
    assert [message.chat_id for message in full.agency.chat.said] == [OPERATOR, APPROVER]

    full.agency.disk.broken = False
    messages = len(await full.messages())
    await full.hears(prompt, look, stranger)

    assert len(await full.runs()) == 1
    assert [each.chat_id for each in (await full.messages())[messages:]] == [OPERATOR]
