"""A thousand alerts at once while Telegram asks for pauses: a handful of messages, and every alert is accounted for."""

import json
import logging
import time
from collections import Counter
from pathlib import Path
from typing import Final

from tests.end_to_end.agent.talk import PERSON, Shown

from .alertmanager import NEEDED
from .alerts import Alert, foreign
from .duty import Duty, until

pytestmark = NEEDED
_log = logging.getLogger(__name__)

GROUPS: Final = 50
EACH: Final = 20
RUNG: Final = 10
"""So many ring one by one before the others are gathered: ONCALL_STORM_GROUPS as it is by default."""

ENDED: Final = 20
"""So many of the gathered ones end before anybody asks for them."""

TOO_MANY: Final = 429
MOST_MESSAGES: Final = 60
REFUSED_SECONDS: Final = 5
PER_SECOND: Final = 1.0
NAMES: Final = [f"Storm{number:02}" for number in range(GROUPS)]
STREAM: Final = "[[" + "; ".join(f"say step {number}; sleep 0.4" for number in range(40)) + "]]"
MARK: Final = "may be a repetition"


def alerts_of(name: str) -> list[Alert]:
    severity = "critical" if int(name[-2:]) % 2 else "warning"
    return [foreign(name, severity, system="storm", instance=f"host-{number}") for number in range(EACH)]


def storm() -> list[Alert]:
    return [alert for name in NAMES for alert in alerts_of(name)]


async def telegram_asks_for_pauses(duty: Duty, **until_when: float) -> None:
    """As Telegram does: a message a second in a chat, and for a while not even that."""
    await duty.remote.post("limits", per_chat=PER_SECOND, per_chat_burst=2)
    await duty.remote.post("faults", kind="429", chat_id=PERSON, retry_after=2, **until_when)


def taken_in(duty: Duty) -> Counter[str]:
    """Alerts that the store has, by incident."""
    found = duty.stage.rows("SELECT name, alerts FROM incidents WHERE name LIKE 'Storm%'")
    return Counter({each["name"]: len(json.loads(each["alerts"])) for each in found})


async def all_taken_in(duty: Duty) -> bool:
    return taken_in(duty) == Counter(dict.fromkeys(NAMES, EACH))


async def drained(duty: Duty) -> bool:
    return not duty.stage.rows("SELECT 1 FROM outbox WHERE kind = 'alert' AND state IN ('waiting', 'sending')")


def named(message: Shown, version: int = -1) -> str:
    """The group that a message is about, or nothing."""
    first = message["versions"][version]["text"].partition("\n")[0]
    return next((name for name in NAMES if f" {name} " in first), "")


def in_the_order_of_the_queue(duty: Duty) -> bool:
    """Whether the messages of the chat that are new, and no edits, have left in the order in which they were queued."""
    sent = duty.stage.rows(
        "SELECT min(id), telegram_id FROM outbox WHERE kind = 'alert' AND state = 'sent' AND chat_id = ?"
        " GROUP BY telegram_id ORDER BY min(id)",
        PERSON,
    )
    numbers = [each["telegram_id"] for each in sent]
    return numbers == sorted(numbers)


async def refused(duty: Duty) -> int:
    """How often Telegram asked for a pause."""
    found = (await duty.remote.get("calls", chat_id=PERSON))["calls"]
    return sum(each["status"] == TOO_MANY for each in found)


async def test_a_thousand_alerts_are_few_messages_that_overtake_progress_and_leave_as_soon_as_they_may(
    tmp_path: Path,
) -> None:
    async with Duty.on(tmp_path) as duty:
        await duty.talk.opens()
        await duty.talk.says(STREAM)
        progress = await duty.sees("Running.*step 1")
        await telegram_asks_for_pauses(duty)
        await duty.stage.until("SELECT 1 FROM outbox WHERE kind = 'progress' AND state = 'waiting'")
        await duty.alertmanager.fire(*storm())
        await until(lambda: all_taken_in(duty))  # which does not wait for Telegram
        assert not any(named(each) for each in await duty.talk.heard())
        released = (await duty.remote.get("state"))["now"]
        await duty.remote.lift_faults()

        rest = GROUPS - RUNG
        gathered = await duty.sees(f"Storm: {rest} more groups with {rest * EACH} alerts", timeout=30)
        await until(lambda: drained(duty), 30)
        heard = await duty.talk.heard()
        own = [each for each in heard if named(each)]
        assert len(own) == RUNG
        assert {named(each) for each in own} | {n for n in NAMES if n in gathered["text"]} == set(NAMES)
        shown = next(each for each in heard if each["message_id"] == progress["message_id"])["versions"]
        assert [each["text"] for each in shown if released <= each["at"] <= gathered["at"]] == []
        await duty.sees("Done.*step 39", timeout=30)

        gathered_names = [name for name in NAMES if name not in {named(each) for each in own}]
        gone, left = gathered_names[:ENDED], len(gathered_names) - ENDED
        await duty.alertmanager.end(*(alert for name in gone for alert in alerts_of(name)))
        ended = await duty.sees(f"Storm: {rest} more groups with {left * EACH} alerts firing, {ENDED} resolved")
        assert ended["message_id"] == gathered["message_id"]
        asked = time.monotonic()
        await duty.talk.says("/alerts")
        shown_now = await shown_alone(duty, GROUPS - ENDED)
        seconds = time.monotonic() - asked
        assert Counter(map(named, shown_now)) == Counter({name: 1 for name in NAMES if name not in gone})
        assert seconds < (left + 2) / PER_SECOND * 1.25
        assert in_the_order_of_the_queue(duty)

        new = [each for each in await duty.talk.heard() if named(each) or "Storm" in each["text"].partition(":")[0]]
        assert len(new) <= MOST_MESSAGES
        edits = sum(len(each["versions"]) - 1 for each in new)
        _log.info("%d messages, %d edits, %d times 429, %.1f s", len(new), edits, await refused(duty), seconds)


async def shown_alone(duty: Duty, count: int) -> list[Shown]:
    """Wait until so many groups have a message of their own; those messages."""
    await duty.sees(rf"\A[^\n]*Storm\d\d .*{EACH} alerts firing", count=count, timeout=60)
    await until(lambda: drained(duty), 30)
    return [each for each in await duty.talk.heard() if named(each)]


async def test_killed_again_and_again_in_the_storm_nothing_is_lost_and_what_is_doubled_says_so(
    tmp_path: Path,
) -> None:
    gone = NAMES[::2]
    async with Duty.on(tmp_path) as duty:
        await telegram_asks_for_pauses(duty, seconds=REFUSED_SECONDS)
        await duty.alertmanager.fire(*storm())
        await duty.stage.until("SELECT 1 WHERE (SELECT count(*) FROM incidents) >= 5")
        for count in (1, 4, 8):  # in the intake, and in the middle of the sending
            await kill_and_start(duty)
            await duty.sees(r"Storm\d\d ", count=count, timeout=30)
        await kill_and_start(duty)
        await until(lambda: all_taken_in(duty), 30)
        await duty.alertmanager.end(*(alert for name in gone for alert in alerts_of(name)))
        over = "SELECT 1 WHERE (SELECT count(*) FROM incidents WHERE resolved_at IS NOT NULL) = ?"
        await duty.stage.until(over, len(gone), seconds=30)
        await until(lambda: drained(duty), 60)

        heard = await duty.talk.heard()
        own = [each for each in heard if named(each)]
        copies = Counter(named(each) for each in own)
        marked = Counter(named(each) for each in own if MARK in each["versions"][0]["text"])
        assert all(copies[name] - 1 <= marked[name] for name in copies), (copies, marked)
        gathered = [each for each in heard if "Storm:" in each["text"].partition("\n")[0]]
        assert all(MARK in each["versions"][0]["text"] for each in gathered[1:])
        told = gathered[-1]["text"]
        assert {*copies, *(name for name in NAMES if name in told)} == set(NAMES)
        newest = {named(each): each["text"] for each in own}
        for name, text in newest.items():
            assert ("Resolved · " in text.partition("\n")[0]) is (name in gone), text
        folded = set(NAMES) - set(copies)
        assert f"{len(folded)} more groups with {len(folded - set(gone)) * EACH} alerts firing" in told
        assert f"{len(folded & set(gone))} resolved." in told
        assert in_the_order_of_the_queue(duty)
        assert len(own) + len(gathered) <= MOST_MESSAGES
        _log.info("%d messages, %d marked as possible repetitions", len(own) + len(gathered), sum(marked.values()))


async def kill_and_start(duty: Duty) -> None:
    await duty.life.kill()
    duty.life = await duty.stage.start()
