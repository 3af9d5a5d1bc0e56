"""Commands: one table for parsing, roles, help and menus."""

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.adapters.telegram.commands import BY_NAME, TABLE, Verb, entries_for
from agent.adapters.telegram.menus import show_menus
from agent.adapters.telegram.parsing import Asked, Misread, NotForUs, Prompt, parse
from agent.domain.roles import Role
from tests.agent.adapters.telegram.stage import CHAT, Stage


def test_every_verb_is_in_the_table_once() -> None:
    assert sorted(BY_NAME) == sorted(Verb)
    assert len(TABLE) == len(Verb)


def test_every_example_is_understood() -> None:
    for entry in TABLE:
        parsed = parse(entry.example)
        assert isinstance(parsed, Asked), entry.example
        assert parsed.verb is entry.verb


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("fix the login", Prompt("fix the login")),
        ("/usr/bin/env is missing", Prompt("/usr/bin/env is missing")),
        ("/status", Asked(Verb.STATUS)),
        ("/STATUS@tocsin_bot", Asked(Verb.STATUS)),
        ("/status@another_bot", NotForUs()),
        ("/start", Asked(Verb.START)),
        ("/start from_a_link", Asked(Verb.START)),
        ("/new", Asked(Verb.NEW)),
        ("/run fix\nthe  login ", Asked(Verb.RUN, {"prompt": "fix\nthe  login"})),
        ("/approve K7 SESSION", Asked(Verb.APPROVE, {"id": "K7", "for": "session"})),
        ("/mode l1", Asked(Verb.MODE, {"level": "L1"})),
        ("/silence W4 2h", Asked(Verb.SILENCE, {"incident": "W4"}, {"for": 7200})),
        ("/audit 20", Asked(Verb.AUDIT, {}, {"count": 20})),
    ],
)
def test_what_is_typed_is_read(text: str, parsed: object) -> None:
    assert parse(text, "tocsin_bot") == parsed


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("/approve", "/approve needs id, as in /approve K7QM2XA"),
        ("/halt now", "/halt takes no “now”; it is /halt"),
        ("/mode L9", "/mode takes one of L0, L1, L2, L3, L4, not “L9”"),
        ("/silence W4 long", "/silence takes a time such as 30m, 2h or 1d, at most 30d, not “long”"),
        ("/silence W4 31d", "/silence takes a time such as 30m, 2h or 1d, at most 30d, not “31d”"),
        ("/audit 101", "/audit takes a number from 1 to 100, not “101”"),
        ("/audit ٣", "/audit takes a number from 1 to 100, not “٣”"),
        ("/statis", "There is no /statis; did you mean /status?"),
        ("/xyzzy", "There is no /xyzzy; /help lists what there is."),
    ],
)
def test_what_cannot_be_read_gets_one_clear_sentence(text: str, sentence: str) -> None:
    assert parse(text) == Misread(sentence)


@given(st.text(), st.sampled_from(TABLE))
def test_any_text_after_any_command_is_read(text: str, entry: object) -> None:
    for typed in (text, f"/{entry.verb} {text}", f"/{text}"):  # type: ignore[attr-defined]
        parsed = parse(typed)
        if isinstance(parsed, Misread):
            assert len(parsed.sentence) < 300
            assert "\n" not in parsed.sentence


def test_a_higher_role_sees_all_that_a_lower_one_sees() -> None:
    seen = [set(entries_for(role)) for role in Role]
    assert all(lower < higher for lower, higher in pairwise(seen))
    assert seen[-1] == set(TABLE)


async def test_each_user_is_shown_the_menu_of_their_role_and_nobody_else_any(stage: Stage) -> None:
    assert await show_menus(stage.connection.bot, {CHAT: Role.VIEWER, 43: Role.ADMIN}) == ()
    menus = {key: value for key, value in (await stage.sim.get("state"))["menus"].items() if value}
    by_chat = {json.loads(key)["chat_id"]: [each["command"] for each in menu] for key, menu in menus.items()}
    assert by_chat == {CHAT: [e.verb for e in entries_for(Role.VIEWER)], 43: [e.verb for e in TABLE]}


async def test_a_menu_that_cannot_be_set_harms_nothing(stage: Stage) -> None:
    await stage.sim.post("faults", kind="5xx", method="setMyCommands", times=2)
    assert await show_menus(stage.connection.bot, {CHAT: Role.VIEWER, 43: Role.ADMIN}) == (CHAT,)
