"""Which panels of a dashboard have nothing to show, by Prometheus' own answer to their queries."""

from typing import Any

import aiohttp

from generator.domain.dashboard import Dashboard

_TIMEOUT = aiohttp.ClientTimeout(total=10)


async def empty_panels(dashboard: Dashboard, session: aiohttp.ClientSession, prometheus: str) -> list[str]:
    """Titles of the panels none of whose queries has a result."""
    found = []
    for panel in dashboard.panels:
        answers = [await _result(session, prometheus, query.expression) for query in panel.queries]
        if not any(answers):
            found.append(panel.title)
    return found


async def _result(session: aiohttp.ClientSession, prometheus: str, expression: str) -> list[Any]:
    url = f"{prometheus}/api/v1/query"
    async with session.post(url, data={"query": expression}, timeout=_TIMEOUT) as answer:
        answer.raise_for_status()
        return list((await answer.json())["data"]["result"])
