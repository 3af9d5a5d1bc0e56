"""Updates read: as the double writes them, and whatever else could come."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from agent.adapters.telegram.reading import Document, Ignored, Said, Tapped, read_update, user_of
from tests.agent.adapters.telegram.stage import CHAT, GROUP, Mailbox, Stage, StepClock, polling

KEYS = st.sampled_from(
    ("message", "callback_query", "from", "chat", "id", "is_bot", "text", "photo", "file_id", "data")
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=20,
)


async def heard(stage: Stage, count: int) -> list[Said | Tapped | Ignored]:
    clock = StepClock()
    mailbox = Mailbox(clock)
    async with polling(stage.connection, mailbox, clock):
        return [read_update(json.loads(item.body)) for item in await mailbox.items(count)]


async def test_words_replies_topics_and_files_are_read(stage: Stage) -> None:
    first = await stage.sim.write(CHAT, "one")
    await stage.sim.write(CHAT, "two", reply_to=first["message_id"])
    await stage.sim.write(GROUP, "three", thread=7)
    await stage.sim.write(CHAT, "see", document={"name": "a.txt", "content": "hi", "mime": "text/plain"})
    one, two, three, four = await heard(stage, 4)
    assert isinstance(one, Said)
    assert (one.text, one.chat_id, one.reply_to, one.is_private) == ("one", CHAT, 0, True)
    assert isinstance(two, Said)
    assert two.reply_to == first["message_id"]
    assert isinstance(three, Said)
    assert (three.thread_id, three.is_private) == (7, False)
    assert isinstance(four, Said)
    assert isinstance(four.document, Document)
    assert (four.text, four.document.name, four.document.size) == ("see", "a.txt", 2)


async def test_a_tap_is_read_with_its_data(stage: Stage) -> None:
    markup = {"inline_keyboard": [[{"text": "Yes", "callback_data": "y:K7"}]]}
    await stage.connection.bot.send_message(CHAT, "Sure?", api_kwargs={"reply_markup": markup})
    tapped = await stage.sim.tap(CHAT, "Yes")
    (tap,) = await heard(stage, 1)
    assert isinstance(tap, Tapped)
    assert (tap.callback_id, tap.data, tap.chat_id, tap.message_id) == (tapped["callback_id"], "y:K7", CHAT, 1)
    assert user_of(tap) == tap.user_id > 0


def message(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    whole = {"message_id": 9, "from": {"id": 5, "first_name": "Ada"}, "chat": {"id": 5}, "text": "hi"}
    return {"update_id": 1, "message": {**whole, **changes}}


def test_the_largest_of_a_photos_sizes_is_taken() -> None:
    said = read_update(message(text=None, caption="look", photo=[{"file_id": "small"}, {"file_id": "large"}]))
    assert isinstance(said, Said)
    assert said.document == Document("large", "photo.jpg", 0, "image/jpeg")


def test_the_reply_that_every_message_of_a_topic_carries_is_none() -> None:
    said = read_update(message(message_thread_id=7, is_topic_message=True, reply_to_message={"message_id": 7}))
    assert isinstance(said, Said)
    assert (said.thread_id, said.reply_to) == (7, 0)


def test_a_reply_to_a_bot_says_whose_message_it_answers_but_not_a_topics_first_message() -> None:
    bot = {"message_id": 7, "from": {"id": 9, "is_bot": True, "username": "tocsin_bot"}}
    said = read_update(message(reply_to_message=bot))
    implied = read_update(message(reply_to_message=bot, message_thread_id=7, is_topic_message=True))
    person = read_update(message(reply_to_message={"message_id": 7, "from": {"id": 9, "username": "tocsin_bot"}}))
    assert [each.answers for each in (said, implied, person) if isinstance(each, Said)] == ["tocsin_bot", "", ""]


async def test_an_edit_is_read_with_its_words(stage: Stage) -> None:
    first = await stage.sim.write(CHAT, "one")
    await stage.sim.post("edit", chat_id=CHAT, message_id=first["message_id"], text="two")
    one, two = await heard(stage, 2)
    assert isinstance(one, Said)
    assert isinstance(two, Said)
    assert [(each.text, each.is_edit) for each in (one, two)] == [("one", False), ("two", True)]
    assert one.message_id == two.message_id


def test_a_change_that_nobody_made_is_no_edit() -> None:
    preview = {"update_id": 1, "edited_message": message()["message"]}
    assert read_update(preview) == Ignored("an edit that nobody made")


def test_what_is_not_for_us_says_why() -> None:
    assert read_update(message(**{"from": {"id": 5, "is_bot": True}})) == Ignored("not from a person")
    assert read_update(message(text="  ")) == Ignored("neither words nor a file")
    assert read_update({"update_id": 1, "poll": {}}) == Ignored("poll is not read here")
    assert read_update([]) == Ignored("empty")
    assert user_of(Ignored("")) == 0


@given(JSON)
def test_anything_can_be_read(update: object) -> None:
    assert isinstance(read_update(update), Said | Tapped | Ignored)


@given(JSON, JSON)
def test_anything_inside_can_be_read(inner: object, other: object) -> None:
    for kind in ("message", "edited_message", "callback_query"):
        assert isinstance(read_update({kind: inner}), Said | Tapped | Ignored)
        assert isinstance(read_update({kind: {"from": inner, "chat": other, "id": other}}), Said | Tapped | Ignored)
