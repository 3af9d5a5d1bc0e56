"""Holds approvals to being asked, answered once, and never lost."""

from dataclasses import replace
from datetime import timedelta

import pytest

from agent.domain.approval import Approval, ApprovalState, Scope
from agent.domain.audit import AGENT
from agent.domain.breaker import BreakerName, Closed
from agent.domain.containment import Autonomy, Containment
from agent.domain.delivery import Delivered, Refused, Unreachable
from agent.domain.error_codes import ErrorCode
from agent.domain.profile import Dialect
from agent.domain.run import RunState
from agent.domain.session import SessionState
from agent.errors import Conflict, NotFound
from agent.services.containing import Admins, Containing
from tests.agent.services.agency import Agency, PlainPresenter


async def pending(agency: Agency) -> list[Approval]:
    async with agency.store.reading() as records:
        return list(await records.approvals.pending())


async def decide(agency: Agency, *, yes: bool, for_session: bool = False) -> None:
    (asked,) = await pending(agency)
    async with agency.journal.writing() as writing:
        await agency.approvals.decide(writing, asked.id, yes=yes, by=9, for_session=for_session)


async def test_a_gated_run_does_not_start_before_somebody_said_yes() -> None:
    agency = Agency(gate=Scope.SHELL)
    await agency.open()
    run = await agency.ask()
    assert await agency.runs.start_ready() == 0

    await decide(agency, yes=True)
    await agency.work_off()

    assert (await agency.run(run.id)).state is RunState.COMPLETED


async def test_asking_tells_the_chat_the_outside_and_the_session() -> None:
    agency = Agency(gate=Scope.SHELL)
    await agency.open()
    await agency.ask("rm x")
    await agency.send_all()
    await agency.alerts.deliver_due()

    assert agency.chat.texts == ["pending: rm x"]
    assert [alert.payload["alert_type"] for alert in agency.sink.sent] == ["tool.approval.requested"]
    async with agency.store.reading() as records:
        session = await records.sessions.get("S1")
    assert session is not None
    assert session.state is SessionState.BLOCKED


async def test_no_cancels_the_run_by_policy() -> None:
    agency = Agency(gate=Scope.SHELL)
    await agency.open()
    run = await agency.ask()

    await decide(agency, yes=False)

    ended = await agency.run(run.id)
    assert (ended.state, ended.error) == (RunState.CANCELLED, ErrorCode.POLICY_BLOCKED)


async def test_no_answer_in_time_cancels_the_run() -> None:
    agency = Agency(gate=Scope.SHELL)
    await agency.open()
    run = await agency.ask()
    agency.clock.advance(3599)
    assert await agency.approvals.expire_due() == 0
    agency.clock.advance(1)

    assert await agency.approvals.expire_due() == 1

    assert (await agency.run(run.id)).state is RunState.CANCELLED
    assert "tool.approval.expired" in agency.observer.names


async def test_nobodys_time_runs_out_while_telegram_is_away() -> None:
    agency = Agency(gate=Scope.SHELL)
    await agency.open()
    await agency.ask()
    agency.clock.advance(3590)
    agency.chat.answers.extend([Unreachable("down")] * 3)
    for _ in range(3):
        await agency.messages.dispatch()
        await agency.messages.settle()
        agency.clock.advance(4)

    assert await agency.approvals.expire_due() == 0
    assert (await pending(agency))[0].expires_at > agency.clock.now() + timedelta(minutes=59)


async def test_for_this_session_answers_the_same_question_from_then_on() -> None:
    agency = Agency(gate=Scope.SHELL)
    await agency.open()
    await agency.ask()
    await decide(agency, yes=True, for_session=True)
    await agency.work_off()

    again = await agency.ask()
    await agency.work_off()

    assert (await agency.run(again.id)).state is RunState.COMPLETED
    assert not await pending(agency)


async def test_a_yes_for_the_session_ends_after_an_hour() -> None:
    agency = Agency(gate=Scope.SHELL)
    await agency.open()
    await agency.ask()
    await decide(agency, yes=True, for_session=True)
    await agency.work_off()
    agency.clock.advance(3601)

    again = await agency.ask()

    assert (await agency.run(again.id)).state is RunState.WAITING_APPROVAL


async def test_high_risk_is_not_approved_for_a_session() -> None:
    agency = Agency(gate=Scope.PUSH)
    await agency.open()
    await agency.ask()

    with pytest.raises(Conflict, match="one at a time"):
        await decide(agency, yes=True, for_session=True)
    assert (await pending(agency))[0].is_pending


async def test_at_l2_a_yes_for_the_session_does_not_count() -> None:
    agency = Agency(gate=Scope.SHELL)
    await agency.open()
    await agency.ask()
    await decide(agency, yes=True, for_session=True)
    await agency.work_off()
    async with agency.store.transaction() as records:
        await records.controls.contain(Containment(autonomy=Autonomy.L2))

    again = await agency.ask()

    assert (await agency.run(again.id)).state is RunState.WAITING_APPROVAL


@pytest.mark.parametrize(
    ("scope", "state"), [(Scope.WRITE, RunState.PENDING), (Scope.SHELL, RunState.WAITING_APPROVAL)]
)
async def test_at_l4_only_low_risk_passes_without_asking(scope: Scope, state: RunState) -> None:
    agency = Agency(gate=scope)
    await agency.open()
    async with agency.store.transaction() as records:
        await records.controls.contain(Containment(autonomy=Autonomy.L4))

    assert (await agency.run((await agency.ask()).id)).state is state


async def test_what_passes_without_asking_is_in_the_audit_trail() -> None:
    agency = Agency(gate=Scope.WRITE)
    await agency.open()
    async with agency.store.transaction() as records:
        await records.controls.contain(Containment(autonomy=Autonomy.L4))
    await agency.ask()

    async with agency.store.reading() as records:
        (entry,) = await records.audit.listing(9)
    assert (entry.actor, entry.action) == (AGENT, "job.let_through")
    assert "autonomy L4" in entry.detail


async def test_a_halt_takes_back_what_sessions_were_allowed_of_high_risk() -> None:
    agency = Agency()
    await agency.open()
    async with agency.journal.writing() as writing:
        session = await writing.records.sessions.get("S1")
        assert session is not None
        kept = ("shell@2999-01-01T00:00:00+00:00", "push@2999-01-01T00:00:00+00:00", "push")
        await writing.records.sessions.save(replace(session, allowed_scopes=kept))
        await agency.containing.halt(writing, by=7)
        after = await writing.records.sessions.get("S1")

    assert after is not None
    assert after.allowed_scopes == ("shell@2999-01-01T00:00:00+00:00",)


async def test_while_agents_only_recommend_a_command_that_cannot_is_refused() -> None:
    agency = Agency(dialect=Dialect.COMMAND)
    await agency.open()
    async with agency.store.transaction() as records:
        await records.controls.contain(Containment(autonomy=Autonomy.L1))

    with pytest.raises(Conflict, match="only recommend"):
        await agency.ask()


async def test_the_admins_hear_who_has_pulled_a_lever() -> None:
    agency = Agency()
    agency.containing = Containing(Admins(agency.messages, PlainPresenter(), 99))
    async with agency.journal.writing() as writing:
        await agency.containing.deny(writing, "Bash", by=7)
    await agency.send_all()

    assert [(each.chat_id, each.text) for each in agency.chat.said] == [(99, "containment.deny Bash by 7")]


async def test_while_halted_high_risk_waits_even_if_the_session_allows_it() -> None:
    agency = Agency(gate=Scope.PUSH)
    await agency.open()
    await agency.ask()
    async with agency.store.transaction() as records:
        await records.controls.contain(Containment(halted=True))

    with pytest.raises(Conflict, match="halted"):
        await decide(agency, yes=True)
    await decide(agency, yes=False)


async def test_an_approval_outlives_a_restart_and_is_asked_anew() -> None:
    agency = Agency(gate=Scope.SHELL)
    await agency.open()
    run = await agency.ask()
    await agency.send_all()

    reborn = Agency(store=agency.store, clock=agency.clock)
    await reborn.recovery.take_over()
    assert await reborn.approvals.ask_again() == 1
    await reborn.send_all()
    await decide(reborn, yes=True)
    await reborn.work_off()

    said = {each.text: (each.telegram_id, each.buttons) for each in reborn.chat.said[:2]}
    assert said == {"Asked again below.": (1001, ()), "pending: do it": (0, ())}
    assert (await reborn.run(run.id)).state is RunState.COMPLETED


async def test_a_run_that_is_cancelled_takes_its_question_along() -> None:
    agency = Agency(gate=Scope.SHELL)
    await agency.open()
    run = await agency.ask()
    async with agency.journal.writing() as writing:
        await agency.runs.cancel(writing, run.id, 7)

    assert not await pending(agency)


async def test_an_answer_to_nothing_is_refused() -> None:
    agency = Agency()
    async with agency.journal.writing() as writing:
        with pytest.raises(NotFound):
            await agency.approvals.decide(writing, "K99", yes=True, by=7)


async def test_in_recommendation_mode_runs_change_nothing_and_need_no_gate() -> None:
    agency = Agency(gate=Scope.SHELL, dialect=Dialect.CODEX)
    await agency.open()
    async with agency.store.transaction() as records:
        await records.controls.contain(Containment(autonomy=Autonomy.L1))
    await agency.ask()
    await agency.work_off()

    assert agency.runner.orders[0].read_only


async def test_the_answer_is_in_the_audit_trail() -> None:
    agency = Agency(gate=Scope.SHELL)
    await agency.open()
    await agency.ask()
    await decide(agency, yes=True)

    async with agency.store.reading() as records:
        (entry,) = await records.audit.listing(9)
    assert (entry.actor, entry.action) == (9, "job.approved")
    assert ApprovalState.APPROVED in {each.state for each in await all_of(agency)}


async def all_of(agency: Agency) -> list[Approval]:
    async with agency.store.reading() as records:
        return list(await records.approvals.listing(9))


async def test_a_question_is_also_put_to_the_approvers_and_answered_in_both_places() -> None:
    agency = Agency(gate=Scope.SHELL)
    agency.voice._approvers_chat = -500
    await agency.open()
    await agency.ask("rm x")
    await agency.send_all()

    await decide(agency, yes=True)
    await agency.send_all()

    there = [each.text for each in agency.chat.said if each.chat_id == -500]
    at_home = [each.text for each in agency.chat.said if each.chat_id != -500]
    assert there == ["pending: rm x", "approved: rm x"]
    assert at_home[:2] == there


async def asked_in(agency: Agency, text: str) -> set[int]:
    await agency.send_all()
    return {each.chat_id for each in agency.chat.said if each.text == text}


async def test_without_an_admin_chat_each_approver_is_asked_in_private_and_told_what_became_of_it() -> None:
    agency = Agency(gate=Scope.SHELL)
    agency.voice._approvers = frozenset({8, 9})
    await agency.open()
    await agency.ask("rm x")
    assert await asked_in(agency, "pending: rm x") == {7, 8, 9}

    await decide(agency, yes=True)
    assert await asked_in(agency, "approved: rm x") == {7, 8, 9}


@pytest.mark.parametrize(("approvers", "admin_chat"), [({7, 8}, None), ({8}, -500)])
async def test_approvers_are_left_alone_when_the_asker_or_the_admin_chat_can_answer(
    approvers: set[int], admin_chat: int | None
) -> None:
    agency = Agency(gate=Scope.SHELL)
    agency.voice._approvers, agency.voice._approvers_chat = frozenset(approvers), admin_chat
    await agency.open()
    await agency.ask("rm x")
    assert 8 not in await asked_in(agency, "pending: rm x")


async def test_an_approver_who_never_started_the_bot_is_tried_once_and_hurts_nobody() -> None:
    agency = Agency(gate=Scope.SHELL)
    agency.voice._approvers = frozenset({8, 9})
    agency.chat.answers.extend([Delivered(1), Refused("Forbidden: bot can't initiate conversation with a user")])
    await agency.open()
    await agency.ask("rm x")
    assert await asked_in(agency, "pending: rm x") == {7, 8, 9}

    await decide(agency, yes=True)
    assert await asked_in(agency, "approved: rm x") == {7, 9}
    assert agency.breakers.state(BreakerName.TELEGRAM_API) == Closed()


async def test_what_needs_no_answer_rings_at_no_approver() -> None:
    agency = Agency(gate=Scope.WRITE)
    agency.voice._approvers = frozenset({8})
    await agency.open()
    async with agency.journal.writing() as writing:
        await writing.records.controls.contain(Containment(autonomy=Autonomy.L4))
    await agency.ask("write x")
    assert await asked_in(agency, "approved: write x") == {7}
