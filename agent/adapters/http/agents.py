"""The profiles that prompts are run with; the documents call them agents."""

from typing import Final

from agent.adapters.http.route import Call, Reply, Route
from agent.adapters.http.shapes import FLAG, INTEGER, TEXT, Json, Schema, many, record, words
from agent.domain.profile import Dialect, Profile

AGENT: Final[Schema] = record(
    "Agent",
    {
        "agent_id": TEXT,
        "name": TEXT,
        "provider": words(Dialect),
        "policy_profile": {
            **TEXT,
            "description": "`gate:` and the scope asked for before every run, `tools_ask`, or `none`",
        },
        "max_concurrency": {**INTEGER, "description": "of all agents together"},
        "enabled": {**FLAG, "description": "whether its program is installed"},
        "problem": {**TEXT, "description": "what is missing, or empty"},
    },
)


async def listing(call: Call) -> Reply:
    """All of them by name."""
    desk = call.desk
    return Reply(
        [
            _agent(profile, desk.missing(profile), desk.max_concurrent_runs)
            for _, profile in sorted(desk.profiles.items())
        ]
    )


def _agent(profile: Profile, problem: str, concurrency: int) -> Json:
    return {
        "agent_id": profile.name,
        "name": profile.name,
        "provider": profile.dialect,
        "policy_profile": _policy(profile),
        "max_concurrency": concurrency,
        "enabled": not problem,
        "problem": problem,
    }


def _policy(profile: Profile) -> str:
    if profile.gate is not None:
        return f"gate:{profile.gate}"
    return "tools_ask" if profile.tools_ask else "none"


ROUTES: Final = (
    Route(
        method="GET",
        path="/api/agents",
        summary="The profiles that prompts are run with",
        handler=listing,
        tag="agents",
        answer=many(AGENT),
    ),
)
