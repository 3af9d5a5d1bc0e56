"""Holds the outbox to its order, by comparing whole histories with what a person would expect."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.domain.delivery import Delivered, Delivery, Gone, Paced, Refused, Uncertain, Unchanged, Unreachable
from agent.domain.outbox import Kind, Message, MessageState, after, after_crash, head, merged, overflowing
from tests.agent.makers import NOON, make_message

KINDS = st.sampled_from(list(Kind))


@given(st.lists(KINDS, max_size=20))
def test_urgent_kinds_go_first_and_equal_ones_in_order(kinds: list[Kind]) -> None:
    queue = [make_message(id=place, kind=kind) for place, kind in enumerate(kinds, 1)]
    left: list[Message] = []
    while (first := head(queue)) is not None:
        left.append(first)
        queue.remove(first)

    assert [message.kind for message in left] == sorted(kinds, key=list(Kind).index)
    for kind in Kind:
        places = [message.id for message in left if message.kind is kind]
        assert places == sorted(places)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers()), min_size=1, max_size=20))
def test_of_each_key_the_newest_words_leave_once_in_the_oldest_place(said: list[tuple[str, int]]) -> None:
    queue: dict[str, Message] = {}
    for place, (key, word) in enumerate(said, 1):
        newer = make_message(id=place, key=key, text=str(word), kind=Kind.PROGRESS)
        queue[key] = merged(queue.get(key), newer)

    for key, message in queue.items():
        mine = [(place, word) for place, (name, word) in enumerate(said, 1) if name == key]
        assert message.id == mine[0][0]
        assert message.text == str(mine[-1][1])


def test_a_message_that_is_being_sent_keeps_its_words() -> None:
    sending = make_message(id=1, key="k", state=MessageState.SENDING)
    newer = make_message(id=2, key="k", text="new")

    assert merged(sending, newer) is newer


def test_messages_without_a_key_never_replace_one_another() -> None:
    newer = make_message(id=2, text="new")

    assert merged(make_message(id=1), newer) is newer


@given(st.lists(KINDS, max_size=30), st.integers(0, 20))
def test_only_the_oldest_progress_is_dropped_and_no_more_than_needed(kinds: list[Kind], limit: int) -> None:
    queue = [make_message(id=place, kind=kind) for place, kind in enumerate(kinds, 1)]

    dropped = overflowing(queue, limit)

    progress = [message.id for message in queue if message.kind is Kind.PROGRESS]
    assert [message.id for message in dropped] == progress[: len(dropped)]
    assert len(dropped) == min(max(len(queue) - limit, 0), len(progress))


@pytest.mark.parametrize(
    ("delivery", "state"),
    [
        (Delivered(5), MessageState.SENT),
        (Unchanged(), MessageState.SENT),
        (Paced(30), MessageState.WAITING),
        (Unreachable("down"), MessageState.WAITING),
        (Uncertain("lost"), MessageState.WAITING),
        (Refused("blocked"), MessageState.DEAD),
        (Gone(), MessageState.WAITING),
    ],
)
def test_an_attempt_leads_to_a_state(delivery: Delivery, state: MessageState) -> None:
    assert after(make_message(state=MessageState.SENDING, telegram_id=3), delivery, NOON).state is state


def test_a_pause_that_telegram_asks_for_is_kept_and_is_no_attempt() -> None:
    message = after(make_message(), Paced(30), NOON)

    assert message.next_at == NOON + timedelta(seconds=30)
    assert message.attempts == 0


def test_attempts_grow_further_apart_up_to_a_minute() -> None:
    message, pauses = make_message(), []
    for _ in range(9):
        message = after(message, Unreachable("down"), NOON)
        pauses.append((message.next_at - NOON).total_seconds())

    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_a_lost_answer_marks_a_send_and_not_an_edit() -> None:
    assert after(make_message(), Uncertain("lost"), NOON).uncertain
    assert not after(make_message(telegram_id=3), Uncertain("lost"), NOON).uncertain


def test_a_crash_while_sending_marks_the_repetition() -> None:
    assert after_crash(make_message(state=MessageState.SENDING)).uncertain
    assert not after_crash(make_message(state=MessageState.WAITING)).uncertain


def test_what_was_deleted_in_the_chat_is_said_anew_unless_it_was_progress() -> None:
    assert after(make_message(telegram_id=3), Gone(), NOON).telegram_id == 0
    assert after(make_message(telegram_id=3, kind=Kind.PROGRESS), Gone(), NOON).state is MessageState.DROPPED
