"""Holds the loops to their order at boot."""

import asyncio
from types import SimpleNamespace
from typing import cast

from agent.app.agent import Agent
from agent.app.loops import _once_tidy, backup_seconds


async def test_nothing_is_sent_or_started_before_what_earlier_lives_have_left_is_cleared_up() -> None:
    agent, turns = cast("Agent", SimpleNamespace(is_tidy=asyncio.Event())), []

    async def turn() -> float:
        turns.append("taken")
        return 1.0

    taking = asyncio.ensure_future(_once_tidy(agent, turn)())
    await asyncio.sleep(0)
    assert turns == []
    agent.is_tidy.set()
    assert await taking == 1.0
    assert turns == ["taken"]


def test_backups_of_a_short_interval_are_looked_for_more_often_than_every_minute() -> None:
    assert backup_seconds(6) == 60
    assert backup_seconds(0.1) == 30
    assert backup_seconds(0.01) == 3
