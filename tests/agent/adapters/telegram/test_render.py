"""Words: whatever the input, they fit into one message, Telegram can parse them, and the buttons are short enough."""

import re
import textwrap
import uuid
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.adapters.telegram import TelegramPresenter
from agent.adapters.telegram.commands import entries_for
from agent.adapters.telegram.forms import REPETITION, TEXT_LIMIT, width
from agent.adapters.telegram.render import approvals, guide, notes, places, runs, standing
from agent.adapters.telegram.render.answer import answer
from agent.adapters.telegram.render.html import LIMIT, ending, escaped
from agent.adapters.telegram.render.human import duration, size
from agent.adapters.telegram.render.presses import DEEDS, MOST_CHOICES, Do, Press, press_data, read_press
from agent.adapters.telegram.render.welcome import Place, welcome
from agent.adapters.telegram.tasks import Task, chapter
from agent.domain.approval import ApprovalState, Scope
from agent.domain.breaker import BreakerName, Closed, HalfOpen, Open
from agent.domain.changes import Change, Changes
from agent.domain.containment import Autonomy, Containment
from agent.domain.error_codes import CATALOG, ErrorCode
from agent.domain.outbox import Kind
from agent.domain.recovery import Remedy, options
from agent.domain.reliability import Reliability
from agent.domain.roles import Role
from agent.domain.run import RunState
from agent.domain.session import SessionState
from agent.domain.tool_call import told
from agent.domain.turn import Turn
from agent.ports import Words
from agent.sandbox.html_mode import parse_html
from agent.services.health import Check, Findings
from agent.services.snapshot import Snapshot
from tests.agent.makers import NOON, SECOND, make_approval, make_profile, make_project, make_run, make_session

HOUR = timedelta(hours=1)
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
    check(PRESENTER.queued(run, Turn(3, state), detail))
    check(PRESENTER.ended(run, options(error)))
    check(runs.summary(run))
    check(runs.tail(run, summary))


@given(st.lists(WILD, max_size=12))
def test_progress_keeps_the_newest(lines: list[str]) -> None:
    check(PRESENTER.progress(make_run(id=RUN_ID, state=RunState.RUNNING), lines, HOUR, HOUR))


def test_a_run_at_work_that_has_said_nothing_shows_its_prompt_and_no_seconds() -> None:
    shown = check(PRESENTER.progress(make_run(state=RunState.RUNNING), [], timedelta(0), timedelta(0)))
    assert shown == "⏳ Running · S1 app\ndo it"


@pytest.mark.parametrize(
    ("turn", "said"),
    [
        (Turn(), "It is next."),
        (Turn(2), "2 runs before it."),
        (Turn(0, RunState.RUNNING), "It is next, after the run at work."),
        (Turn(1, RunState.RUNNING, full=True), "1 run before it, and the run at work."),
        (Turn(0, RunState.WAITING_APPROVAL), "It is next, after the run that waits for an answer."),
        (Turn(full=True), "It is next in its session, and starts when one of the runs at work elsewhere is over."),
    ],
)
def test_a_queued_run_says_what_is_before_it(turn: Turn, said: str) -> None:
    assert said in check(PRESENTER.queued(make_run(), turn, "")).splitlines()


def test_an_answer_says_what_it_answers() -> None:
    done = make_run(state=RunState.COMPLETED, prompt="fix\nthe " + "x" * 500, summary="Fixed.")
    title, asked, *_, said = check(PRESENTER.ended(done, ())).splitlines()
    assert title.startswith("✅ Done")
    assert asked.startswith("fix the x")
    assert len(asked) == 120
    assert said == "Fixed."


def test_what_waits_for_an_answer_says_so_where_its_progress_was() -> None:
    words = PRESENTER.put_away(make_run(state=RunState.WAITING_APPROVAL))
    assert check(words).startswith("🔐 Waiting for approval · S1 app")
    assert words.buttons == ()


def test_the_session_that_prompts_go_to_is_marked() -> None:
    shown = check(places.sessions([make_session(id="S2"), make_session(id="S1")], NOON))
    assert [each.startswith("👉") for each in shown.splitlines()] == [False, True, False]
    assert "👉" not in check(places.sessions([make_session(state=SessionState.CLOSING)], NOON))


def test_output_is_named_by_its_run() -> None:
    ended = make_run(id=RUN_ID, state=RunState.CANCELLED, started_at=NOON, finished_at=NOON)
    assert check(runs.tail(ended, "x")).startswith("⏹ Output of run ffffffff · S1 app")


def test_progress_drops_whole_lines_from_the_beginning() -> None:
    lines = [f"{n} " + "x" * 500 for n in range(30)]
    shown = check(PRESENTER.progress(make_run(id=RUN_ID, state=RunState.RUNNING), lines, 400 * SECOND, 20 * SECOND))
    assert "Running for 6 min 40 s" in shown
    assert shown.endswith("Silent for 20 s.")
    assert "… and 18 earlier" in shown
    assert "\n29 xxx" in shown


@given(st.integers(0, 300), WILD)
@settings(max_examples=30, deadline=None)
def test_every_list_fits_whatever_its_length(count: int, text: str) -> None:
    many = [make_run(id=RUN_ID, prompt=text)] * count
    check(runs.listing(many, NOON))
    check(places.sessions([make_session(project_id=text)] * count, NOON))
    check(places.projects([make_project(id=text or "x", default_branch=text)] * count))
    check(places.profiles([(make_profile(name=text), text)] * count))
    check(
        places.changes(
            make_session(),
            changed := Changes((Change(text, 1, None), Change(text, 1, 2)) * count, text),
            attached=False,
        )
    )
    assert width(places.changes(make_session(), changed, attached=True).text) <= 1000
    check(places.hunks(make_session(), changed) or Words("no"))
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


@given(st.integers(0, 12), WILD, st.booleans())
@settings(max_examples=30, deadline=None)
def test_a_list_of_questions_fits_with_its_buttons(count: int, question: str, objected: bool) -> None:
    asked = [make_approval(id=f"K7QM2X{n}", question=question) for n in range(count)]
    words = approvals.listing(asked, NOON, (), {each.id: "halted" for each in asked} if objected else {})
    shown = check(words)
    assert len(words.buttons) == min(count, MOST_CHOICES)
    for row, each in zip(words.buttons, asked, strict=False):
        assert each.id in shown
        assert all(read_press(button.data).subject == each.id for button in row)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("question", "objection", "offered"),
    [
        ("make all", "", [Do.APPROVE, Do.DENY]),
        ("x" * 300, "", [Do.SHOW, Do.DENY]),
        ("make all\nrm -rf /", "", [Do.SHOW, Do.DENY]),
        ("&" * 100, "", [Do.SHOW, Do.DENY]),
        ("make all", "halted", [Do.DENY]),
    ],
)
def test_yes_is_offered_in_the_list_only_for_what_can_be_read_there(
    question: str, objection: str, offered: list[Do]
) -> None:
    (row,) = approvals.listing([make_approval(question=question)], NOON, (), {"A1": objection}).buttons
    assert [press.do for each in row if (press := read_press(each.data))] == offered


def test_who_may_not_answer_is_offered_nothing() -> None:
    words = approvals.listing([make_approval()], NOON)
    assert words.buttons == ()
    assert "/approve" not in check(words)


def test_a_question_can_be_answered_by_button_and_by_text() -> None:
    words = PRESENTER.approval(make_approval(id="K7QM2XA", scope=Scope.SHELL, question="make"), "")
    assert "/approve K7QM2XA" in check(words)
    pressed = [read_press(button.data) for row in words.buttons for button in row]
    wanted = (Do.APPROVE, Do.DENY, Do.APPROVE_FOR_SESSION)
    assert pressed == [Press(do, "K7QM2XA") for do in wanted]


def test_high_risk_is_not_offered_for_the_session() -> None:
    words = PRESENTER.approval(make_approval(id="K7QM2XA", scope=Scope.PUSH, question="git push"), "")
    pressed = [read_press(button.data) for row in words.buttons for button in row]
    assert pressed == [Press(Do.APPROVE, "K7QM2XA"), Press(Do.DENY, "K7QM2XA")]


def test_a_question_shows_all_its_words_and_what_they_are_for() -> None:
    told_whole = told("Bash", {"command": "<&😀" * 5000 + "the end"})
    asked = make_approval(question=f"Bash: {told_whole}", tool="Bash", scope=Scope.SHELL)
    shown = check(PRESENTER.approval(asked, "", make_run(prompt="publish it" + "!" * 500, requested_by=7)))
    assert "the end" in shown
    assert "Asked for by user 7." in shown
    assert "publish it!" in shown
    assert "!" * 201 not in shown


def test_the_admins_read_who_pulled_which_lever() -> None:
    assert "/deny Bash by user 7" in check(PRESENTER.lever("containment.deny", "Bash", 7))


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


@pytest.mark.parametrize("error", list(ErrorCode))
def test_a_failure_says_the_fact_first_fits_a_phone_and_leaves_to_buttons_what_they_say(error: ErrorCode) -> None:
    run = make_run(id=RUN_ID, state=RunState.FAILED, error=error, detail="exit code 7", prompt="fix it " * 90)
    words = PRESENTER.ended(run, options(error))
    title, fact, remedy, asked = check(words).splitlines()
    assert CATALOG[error].title in title
    assert fact == "exit code 7"
    assert remedy.startswith(f"{error} ")
    assert len(remedy) <= 110
    assert len(asked) <= 120
    said = remedy.lower()
    assert not any(action.label.lower() in said or action.description.lower() in said for action in options(error))


def test_a_failure_without_words_of_its_own_is_explained() -> None:
    run = make_run(id=RUN_ID, state=RunState.FAILED, error=ErrorCode.PROVIDER_FAILED)
    assert CATALOG[ErrorCode.PROVIDER_FAILED].message in check(PRESENTER.ended(run, ()))


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


@given(st.lists(WILD, max_size=12))
@settings(deadline=None)
def test_names_are_offered_as_far_as_they_fit_and_the_rest_is_typed(names: list[str]) -> None:
    projects = [make_project(id=name) for name in names]
    words = places.projects(projects, offered=True)
    shown = check(words)
    offered = [press.subject for row in words.buttons for each in row if (press := read_press(each.data))]
    assert offered == [name for name in names if name in offered][: len(offered)]
    assert len(offered) <= MOST_CHOICES
    assert ("/new PROJECT" in shown) == (bool(names) and len(offered) < len(names))
    check(places.profiles([(make_profile(name=name), name) for name in names], offered=True))
    check(notes.choose_project(projects))


@pytest.mark.parametrize("name", ["é" * 32, "a:b", " ", "x" * 63, "a\nb"])
def test_a_name_that_fits_into_no_button_is_typed(name: str) -> None:
    words = places.projects([make_project(id=name), make_project(id="app")], offered=True)
    assert [[each.data for each in row] for row in words.buttons] == [["o:app"]]
    assert "/new PROJECT opens a session for the others" in check(words)


def lines_on_a_phone(words: Words) -> int:
    return sum(len(textwrap.wrap(each, 40)) or 1 for each in check(words).splitlines())


@pytest.mark.parametrize("role", list(Role))
def test_the_help_fits_on_a_phone_and_names_every_command_of_the_role_and_no_other(role: Role) -> None:
    words = guide.guide(role)
    assert lines_on_a_phone(words) <= 24
    assert set(re.findall(r"/([a-z]+)", check(words))) == {entry.verb for entry in entries_for(role)}
    explained = [check(guide.of_task(task, role)) for task in Task if chapter(task, role)]
    assert all(sum(f"{each.usage}: " in page for page in explained) == 1 for each in entries_for(role))


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize(
    ("place", "step"),
    [
        (Place(projects=()), "There is no project yet"),
        (Place(projects=[make_project()]), "A session in app opens by itself."),
        (Place(projects=[make_project(id=f"p{n}") for n in range(12)]), "Choose where to work. /projects lists all."),
        (
            Place(projects=(), session=make_session(), under_way=2, questions=3, gap="codex is not installed."),
            "Write what you want done. It goes to session S1 in app.",
        ),
        (Place(projects=[make_project()], is_chatter=True), "Mention me and say what you want done."),
    ],
)
def test_a_welcome_fits_on_a_phone_and_says_the_next_thing_to_do(role: Role, place: Place, step: str) -> None:
    words = welcome(role, place)
    assert lines_on_a_phone(words) <= 16
    shown = check(words)
    assert (step in shown) == role.covers(Role.OPERATOR)
    assert bool(words.buttons) == (len(place.projects) > 1 and role.covers(Role.OPERATOR))
    assert ("/scan" in shown) == (not place.projects and place.session is None and role is Role.ADMIN)


@given(WILD, WILD)
def test_every_welcome_fits(name: str, gap: str) -> None:
    for session in (None, make_session(project_id=name)):
        check(welcome(Role.ADMIN, Place(projects=[make_project(id=name)] * 3, session=session, gap=gap)))


def test_people_read_durations_and_sizes() -> None:
    spans = [timedelta(0), 59 * SECOND, 61 * SECOND, timedelta(hours=2, minutes=5), timedelta(days=3)]
    assert [duration(each) for each in spans] == ["0 s", "59 s", "1 min 1 s", "2 h 5 min", "3 d"]
    assert [size(each) for each in (0, 999, 1500, 25_000_000)] == ["0 B", "999 B", "1.5 kB", "25 MB"]


def test_a_session_is_opened_and_closed_in_words() -> None:
    session = make_session()
    assert "tocsin/S1" in check(places.opened(session))
    assert "tocsin/S1" in check(places.closed(replace(session, closed_at=NOON)))
    assert "nothing" in check(places.hunks(session, Changes()) or Words(""))


@pytest.mark.parametrize("waiting", [0, 1, 2, 10**6])
def test_runs_that_are_held_up_are_counted(waiting: int) -> None:
    held, over = check(PRESENTER.held_up(waiting)), check(PRESENTER.held_up_no_more(waiting))
    assert (str(waiting) in over) == (waiting > 0)
    assert f"{waiting} queued run" in held
    assert "tried after 5 min" in held


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
    assert shown.startswith("🔴" if any(reasons) else "🟡")
    assert "circuit breaker for git" not in shown


@pytest.mark.parametrize(
    "levers",
    [
        Containment(halted=True),
        Containment(fallback=True),
        Containment(denied_tools=("Bash",)),
        Containment(autonomy=Autonomy.L1),
    ],
)
def test_a_status_with_a_lever_pulled_is_not_green(levers: Containment) -> None:
    assert check(standing.status(snapshot(), Findings(), levers)).startswith("🟡")


def test_a_status_says_how_long_a_breaker_stays_open() -> None:
    breakers = {BreakerName.CLAUDE_CODE: Open(NOON - 240 * SECOND)}
    shown = check(standing.status(snapshot(breakers=breakers), Findings(), Containment(autonomy=Autonomy.L4)))
    assert shown.startswith("🟡")
    assert "The circuit breaker for the agent CLIs is open for another 1 min" in shown


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
