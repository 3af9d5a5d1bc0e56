"""How the agent is: status, reliability, containment and breakers in words."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from agent.adapters.telegram.render.html import bold, code, joined, line, page
from agent.adapters.telegram.render.human import counted, duration, size
from agent.domain.breaker import POLICIES, BreakerName, Closed, HalfOpen, Open, State
from agent.domain.containment import Autonomy, Containment
from agent.domain.reliability import MAX_FAILURE_RATE, MAX_P95_SECONDS, Reliability, Standing
from agent.domain.run import OPEN
from agent.ports import Words
from agent.services.health import Findings
from agent.services.snapshot import Snapshot

_SIGNS = {Standing.OK: "🟢", Standing.DEGRADED: "🟡", Standing.CRITICAL: "🔴"}
_GUARDED = {
    BreakerName.CLAUDE_CODE: "the agent CLIs",
    BreakerName.TELEGRAM_API: "Telegram",
    BreakerName.GIT_OPERATIONS: "git",
}


def status(snapshot: Snapshot, findings: Findings, containment: Containment) -> Words:
    """Everything at a glance, what is wrong first."""
    failing = [f"🔴 {check.replace('_', ' ')}: {line(why, 200)}" for check, why in findings.reasons.items() if why]
    tripped = {name: state for name, state in snapshot.breakers.items() if not isinstance(state, Closed)}
    guarded = [_tripped(name, state, snapshot.now) for name, state in tripped.items()]
    runs = ", ".join(f"{snapshot.runs.get(state, 0)} {state.replace('_', ' ')}" for state in sorted(OPEN))
    waiting = sum(snapshot.outbox.values())
    items = [
        *failing,
        *guarded,
        f"Runs: {runs}.",
        f"{counted(len(snapshot.sessions), 'session')}, {counted(snapshot.approvals_pending, 'open approval')}.",
        f"{counted(waiting, 'message')} to send.",
        f"Memory {size(snapshot.resident_bytes)}, last backup {_backup(snapshot)}.",
        _levers(containment),
    ]
    held_back = bool(tripped) or _is_pulled(containment)
    sign = "🔴" if failing else "🟡" if held_back else "🟢"
    return Words(page(f"{sign} {bold('Status')} {snapshot.now:%d %b %H:%M} UTC", [each for each in items if each]))


def reliability(found: Reliability) -> Words:
    """The bot's own objectives over the newest runs."""
    text = joined(
        f"{_SIGNS[found.standing]} {bold('Reliability')}: {found.standing}",
        f"Failure rate {found.failure_rate:.1%} of {counted(found.window_runs, 'finished run')} "
        f"(target at most {MAX_FAILURE_RATE:.0%})",
        f"p95 run time {found.latency_p95_sec:.1f} s (target at most {MAX_P95_SECONDS:.0f} s)",
    )
    return Words(text)


def contained(containment: Containment) -> Words:
    """Which levers are pulled."""
    return Words(f"🛡 {bold('Containment')}\n{_levers(containment) or 'No lever is pulled.'}")


def breaker(name: BreakerName, state: State) -> Words:
    """A breaker opened, is being tried, or closed."""
    guarded = _GUARDED[name]
    match state:
        case Open():
            pause = duration(POLICIES[name].open_for)
            text = f"⚠️ The circuit breaker for {guarded} is open; it is tried again after {pause}. {code(name)}"
        case HalfOpen():
            text = f"🔁 The circuit breaker for {guarded} lets a first attempt through. {code(name)}"
        case Closed():
            text = f"✅ The circuit breaker for {guarded} is closed again. {code(name)}"
        case _:
            assert_never(state)
    return Words(text)


def held_up(waiting: int) -> Words:
    """Queued runs have to wait until the agent CLIs work again."""
    pause = duration(POLICIES[BreakerName.CLAUDE_CODE].open_for)
    it = "It stays" if waiting == 1 else "They stay"
    return Words(
        f"⚠️ {bold(counted(waiting, 'queued run'))} held up: the agent CLIs have failed several times in a row. "
        f"{it} queued, and the next start is tried after {pause}."
    )


def held_up_no_more(waiting: int) -> Words:
    """The agent CLIs work again."""
    rest = f"{counted(waiting, 'queued run')} here {'goes' if waiting == 1 else 'go'} on." if waiting else ""
    return Words(f"✅ The agent CLIs work again. {rest}".rstrip())


def refusal(sentence: str) -> Words:
    """Why something was not done: one clear sentence."""
    return Words(f"⚠️ {line(sentence, 900)}")


def _tripped(name: BreakerName, state: State, now: datetime) -> str:
    """As `breaker`, but later: an open one has waited for a while already."""
    if isinstance(state, Open):
        left = max(state.since + POLICIES[name].open_for - now, timedelta(0))
        return f"⚠️ The circuit breaker for {_GUARDED[name]} is open for another {duration(left)}. {code(name)}"
    return breaker(name, state).text


def _is_pulled(containment: Containment) -> bool:
    return replace(containment, autonomy=Autonomy.L3) != Containment() or containment.recommends_only


def _levers(containment: Containment) -> str:
    tools = ", ".join(code(tool, 60) for tool in containment.denied_tools[:20])
    more = len(containment.denied_tools) - 20
    denied = f"Denied tools: {tools}{f' and {more} more' if more > 0 else ''}." if tools else ""
    return joined(
        "⛔ High-risk approvals are halted; /resume lifts it." if containment.halted else "",
        "↩️ Every run uses the default profile; /fallback off ends it." if containment.fallback else "",
        denied,
        f"Autonomy {containment.autonomy}" + (": agents change nothing." if containment.recommends_only else "."),
    )


def _backup(snapshot: Snapshot) -> str:
    if snapshot.last_backup is None:
        return "never"
    return f"{duration(snapshot.now - snapshot.last_backup)} ago"
