"""What foreign alerts say, and what becomes of it: their severities, their labels, and what of them cannot be read."""

from datetime import time, timedelta

import pytest

from agent.domain.incident import Presence
from agent.domain.rota import QuietHours, Rota
from tests.agent.makers import NOON
from tests.agent.services.incidents.rehearsal import CHAT, OnCall, alert, webhook

MINUTE = timedelta(minutes=1)
NIGHT = Rota(chats=(CHAT,), quiet=QuietHours(time(11), time(14)))


@pytest.mark.parametrize("severity", ["page", "CRITICAL", "P1", "high", "purple", ""])
async def test_no_quiet_hours_hold_back_what_may_be_a_page(severity: str) -> None:
    desk = OnCall(rota=NIGHT)
    await desk.receive(webhook([alert(since=NOON, severity=severity)]))
    await desk.send_all()

    assert len(desk.rings) == 1


async def test_something_of_unknown_weight_that_joins_a_warning_lets_it_out_of_the_quiet_hours() -> None:
    desk = OnCall(rota=NIGHT)
    await desk.receive(webhook([alert(since=NOON)]))
    assert (await desk.incident()).presence is Presence.HELD
    await desk.receive(webhook([alert(since=NOON), alert(since=NOON, severity="major")]))
    await desk.announcing.release()
    await desk.send_all()

    assert len(desk.rings) == 1
