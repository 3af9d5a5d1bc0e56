"""Words: whatever the input, they fit into one message, Telegram can parse them, and the buttons are short enough."""

import uuid
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.adapters.telegram import TelegramPresenter
from agent.adapters.telegram.forms import REPETITION, TEXT_LIMIT, width
from agent.adapters.telegram.render import approvals, guide, places, runs, standing
from agent.adapters.telegram.render.answer import answer
from agent.adapters.telegram.render.html import LIMIT, ending, escaped
from agent.adapters.telegram.render.human import duration, size
from agent.adapters.telegram.render.presses import DEEDS, Do, Press, press_data, read_press
from agent.domain.approval import ApprovalState, Scope
from agent.domain.breaker import BreakerName, Closed, HalfOpen, Open
from agent.domain.changes import Change, Changes
from agent.domain.containment import Autonomy, Containment
from agent.domain.error_codes import ErrorCode
from agent.domain.outbox import Kind
from agent.domain.recovery import Remedy, options
from agent.domain.reliability import Reliability
from agent.domain.roles import Role
from agent.domain.run import RunState
from agent.ports import Words
from agent.sandbox.html_mode import parse_html
from agent.services.health import Check, Findings
from agent.services.snapshot import Snapshot
from tests.agent.makers import NOON, SECOND, make_approval, make_profile, make_project, make_run, make_session

RUN_ID = str(uuid.UUID(int=2**128 - 1))
PRESENTER = TelegramPresenter()

PIECES = ["para & <tag>\n\n", "```py\nx < 1\n```\n", "**b** `c` _d_ ", "&" * 700, "\n"]
WILD = st.one_of(
    st.text(st.characters(), max_size=60),
    st.builds(
        lambda piece, times: piece * times,
        st.sampled_from(["&", "<b>", "x", "🙂", "\ud83d", "word ", "```\n", "**a** ", "`c` ", "\n\n", "# t\n", "\0"]),
        st.sampled_from([1, 10, 999, 4096, 12_000]),
    ),
    st.lists(st.sampled_from(["para & <tag>\n\n", "```py\nx < 1\n```\n", "**b** `c` _d_ ", "&" * 700, "\n"])).map(
        "".join
    ),
)
NAME = st.text(max_size=100)


def check(words: Words) -> str:
    """The text as a reader sees it."""
    assert width(words.text) + width(REPETITION) <= TEXT_LIMIT
    assert width(words.text) <= LIMIT
    for row in words.buttons:
        assert row
        for button in row:
            assert button.label.strip()
            assert 1 <= len(button.data.encode()) <= 64
            assert read_press(button.data) is not None
    shown: str = parse_html(words.text).text
    assert shown.strip()
    return shown


@given(
    words=st.tuples(WILD, WILD, WILD, NAME),
    state=st.sampled_from(RunState),
    error=st.sampled_from(ErrorCode),
)
def test_every_word_about_a_run_fits(words: tuple[str, str, str, str], state: RunState, error: ErrorCode) -> None:
    prompt, summary, detail, project = words
    run = make_run(id=RUN_ID, prompt=prompt, summary=summary, detail=detail, project_id=project)
    run = replace(run, state=state, error=error)
    check(PRESENTER.queued(run, 3, detail))
    check(PRESENTER.ended(run, options(error)))
    check(runs.summary(run))
    check(runs.tail(run, summary))


@given(st.lists(WILD, max_size=12))
def test_progress_keeps_the_newest(lines: list[str]) -> None:
    check(PRESENTER.progress(make_run(id=RUN_ID, state=RunState.RUNNING), lines))


def test_progress_drops_whole_lines_from_the_beginning() -> None:
    shown = check(
        PRESENTER.progress(make_run(id=RUN_ID, state=RunState.RUNNING), [f"{n} " + "x" * 500 for n in range(30)])
    )
    assert "… and 17 earlier" in shown
    assert "\n29 xxx" in shown


@given(st.integers(0, 300), WILD)
@settings(max_examples=30, deadline=None)
def test_every_list_fits_whatever_its_length(count: int, text: str) -> None:
    many = [make_run(id=RUN_ID, prompt=text)] * count
    check(runs.listing(many, NOON))
    check(places.sessions([make_session(project_id=text)] * count, NOON))
    check(places.projects([make_project(id=text or "x", default_branch=text)] * count))
    check(places.profiles([(make_profile(name=text), text)] * count))
    check(places.changes(make_session(), Changes((Change(text, 1, None), Change(text, 1, 2)) * count)))
    check(approvals.listing([make_approval(question=text)] * count, NOON))


@given(
    question=WILD,
    objection=WILD,
    state=st.sampled_from(ApprovalState),
    by=st.sampled_from([None, 0, -1, 7]),
    scope=st.sampled_from(Scope),
)
def test_every_approval_fits(question: str, objection: str, state: ApprovalState, by: int | None, scope: Scope) -> None:
    asked = make_approval(id="K7QM2XA", question=question, state=state, decided_by=by, scope=scope, escalated_at=NOON)
    words = PRESENTER.approval(asked, objection)
    check(words)
    assert bool(words.buttons) == (state is ApprovalState.PENDING)


def test_a_question_can_be_answered_by_button_and_by_text() -> None:
    words = PRESENTER.approval(make_approval(id="K7QM2XA", scope=Scope.PUSH, question="git push"), "")
    assert "/approve K7QM2XA" in check(words)
    pressed = [read_press(button.data) for row in words.buttons for button in row]
    wanted = (Do.APPROVE, Do.DENY, Do.APPROVE_FOR_SESSION)
    assert pressed == [Press(do, "K7QM2XA") for do in wanted]


def test_an_objection_leaves_only_no() -> None:
    words = PRESENTER.approval(make_approval(), "High-risk approvals are halted; /resume lifts it.")
    assert [[button.label for button in row] for row in words.buttons] == [["Deny"]]
    assert "halted" in check(words)


@pytest.mark.parametrize("error", list(ErrorCode))
def test_a_failed_run_says_why_and_offers_every_remedy(error: ErrorCode) -> None:
    run = make_run(id=RUN_ID, state=RunState.FAILED, error=error, detail="exit code 7", prompt="fix it")
    words = PRESENTER.ended(run, options(error))
    shown = check(words)
    assert error in shown
    assert "exit code 7" in shown
    offered = {press.detail for row in words.buttons for each in row if (press := read_press(each.data))}
    assert offered == {action.remedy for action in options(error)}


@given(WILD, st.integers(200, 4000))
def test_an_answer_keeps_to_its_room(text: str, room: int) -> None:
    written = answer(text, room)
    assert width(written) <= room
    parse_html(written)


def test_an_answer_shows_what_telegram_can_show() -> None:
    text = "# Done\n\nI changed `a<b>` and **all**.\n\n```python\nif a < b:\n\n    pass\n```\n\nBye"
    parsed = parse_html(answer(text, 4000))
    assert parsed.text == "Done\n\nI changed a<b> and all.\n\nif a < b:\n\n    pass\n\nBye"
    assert [entity["type"] for entity in parsed.entities] == ["bold", "code", "bold", "pre"]


def test_a_long_answer_loses_whole_paragraphs() -> None:
    text = "\n\n".join(f"{number} " + "x" * 500 for number in range(20))
    shown = parse_html(answer(text, 3000)).text
    assert shown.endswith("… 15 more in the log.")
    assert all(len(part) in {502, 503} for part in shown.split("\n\n")[:-1])


@given(WILD, st.integers(2, 500))
def test_a_shortened_text_keeps_one_end(text: str, room: int) -> None:
    assert width(escaped(text, room)) <= room
    assert width(ending(text, room)) <= room


def test_the_help_shows_what_a_role_may_do() -> None:
    for role in Role:
        check(guide.guide(role))
    assert "/halt" not in check(guide.guide(Role.VIEWER))
    shown = check(guide.guide(Role.ADMIN))
    assert "/audit" in shown
    assert "… and" not in shown
    assert "takes the role approver" in check(guide.about("/halt", Role.VIEWER))
    check(guide.about("<nothing>" * 500, Role.VIEWER))
    check(guide.whoami(7, Role.ADMIN))


@given(st.lists(WILD, max_size=50), st.sampled_from(Autonomy), st.booleans())
def test_containment_fits(tools: list[str], autonomy: Autonomy, halted: bool) -> None:
    levers = Containment(halted=halted, fallback=halted, denied_tools=tuple(tools), autonomy=autonomy)
    check(standing.contained(levers))


@pytest.mark.parametrize("name", list(BreakerName))
def test_breakers_and_reliability_are_said(name: BreakerName) -> None:
    for state in (Closed(), Open(NOON), HalfOpen()):
        assert name in check(PRESENTER.breaker(name, state))
    assert "degraded" in check(standing.reliability(Reliability(3, 1, 0.25, 12.0)))
    check(standing.refusal("x" * 9999))


@given(st.sampled_from(Do), st.from_regex("[A-Za-z0-9-]{1,36}", fullmatch=True))
def test_a_press_comes_back_as_it_was_written(do: Do, subject: str) -> None:
    for press in (Press(do, subject), Press(do, subject, "session:x")):
        assert read_press(press_data(press)) == press


@given(st.text(st.characters()))
def test_a_forged_press_is_nothing_or_a_press(data: str) -> None:
    press = read_press(data)
    assert press is None or press_data(press)


def test_what_does_not_fit_into_a_button_is_never_written() -> None:
    for press in (Press(Do.USE, "é" * 32), Press(Do.USE, ""), Press(Do.USE, "a:b")):
        with pytest.raises(ValueError, match="does not fit"):
            press_data(press)
    longest = max(Remedy, key=len)
    assert len(press_data(Press(Do.REMEDY, RUN_ID, longest))) <= 64
    assert set(DEEDS) == set(Do)


def test_people_read_durations_and_sizes() -> None:
    spans = [timedelta(0), 59 * SECOND, 61 * SECOND, timedelta(hours=2, minutes=5), timedelta(days=3)]
    assert [duration(each) for each in spans] == ["0 s", "59 s", "1 min 1 s", "2 h 5 min", "3 d"]
    assert [size(each) for each in (0, 999, 1500, 25_000_000)] == ["0 B", "999 B", "1.5 kB", "25 MB"]


def test_a_session_is_opened_and_closed_in_words() -> None:
    session = make_session()
    assert "tocsin/S1" in check(places.opened(session))
    assert "tocsin/S1" in check(places.closed(replace(session, closed_at=NOON)))
    assert "nothing" in check(places.changes(session, Changes()))


def snapshot(**changes: Any) -> Snapshot:  # noqa: ANN401 - any field
    nothing: dict[str, Any] = {each.name: {} for each in fields(Snapshot)}
    whole = {
        **nothing,
        "now": NOON,
        "reliability": Reliability(0, 0, 0.0, 0.0),
        "running": (),
        "sessions": (),
        "projects": (),
        "approvals_pending": 0,
        "outbox": {Kind.ALERT: 2},
        "resident_bytes": 61_000_000,
        "last_backup": None,
    }
    return Snapshot(**{**whole, **changes})


@given(st.lists(WILD, min_size=5, max_size=5))
def test_a_status_says_what_is_wrong_first(reasons: list[str]) -> None:
    findings = Findings(dict(zip(Check, reasons, strict=True)))
    breakers = {BreakerName.TELEGRAM_API: Open(NOON), BreakerName.GIT_OPERATIONS: Closed()}
    shown = check(standing.status(snapshot(breakers=breakers), findings, Containment(halted=True)))
    assert shown.startswith("🔴" if any(reasons) else "🟢")
    assert "circuit breaker for git" not in shown


def test_a_quiet_status_is_short() -> None:
    shown = check(standing.status(snapshot(last_backup=NOON - 61 * SECOND), Findings(), Containment()))
    assert shown.splitlines() == [
        "🟢 Status 01 Mar 12:00 UTC",
        "Runs: 0 pending, 0 running, 0 waiting approval.",
        "0 sessions, 0 open approvals.",
        "2 messages to send.",
        "Memory 61 MB, last backup 1 min 1 s ago.",
        "Autonomy L3.",
    ]
