"""Calls of the AgentOS API that have no meaning for this agent: each says so, instead of pretending."""

from collections.abc import Iterator
from typing import Final

from agent.adapters.http.agentos.common import PREFIX, TAG
from agent.adapters.http.refusals import Refused
from agent.adapters.http.route import READ, WRITE, Call, Handler, Reply, Route

_PAUSE: Final = (
    "A run cannot be paused: its CLI would lose its connections. Cancel it; its worktree and its conversation stay."
)
_SIMULATE: Final = "Nothing is simulated here; POST /api/v1/agents/policies/decide changes nothing either."
_RECEIPTS: Final = "There are no receipts; GET /api/runs/{run_id}/timeline says what was done."
_CONFIG: Final = "Profiles are configured in PROFILES_FILE, which `tocsin-agent check` reads."

_SENTENCES: Final = (
    ("GET", "/governance/policy", "There is no governance policy; GET /api/v1/agents/containment has the levers."),
    ("PUT", "/governance/policy", "There is no governance policy; PATCH /api/v1/agents/containment pulls the levers."),
    ("GET", "/deployments/{id}/snapshot", _CONFIG),
    ("POST", "/policies/simulate", _SIMULATE),
    ("POST", "/policies/red-team/run", _SIMULATE),
    ("POST", "/runs/{id}/pause", _PAUSE),
    ("POST", "/runs/{id}/resume", _PAUSE),
    ("GET", "/runs/{id}/replay", "Runs are not replayed; GET /api/runs/{run_id}/timeline shows what happened."),
    ("GET", "/receipts", _RECEIPTS),
    ("POST", "/receipts/{id}/finalize", _RECEIPTS),
    ("POST", "/control/trigger-simulate", _SIMULATE),
    ("POST", "/control/lint-config", _CONFIG),
)


def unserved() -> Iterator[Route]:
    """The routes; they are not part of the OpenAPI document."""
    for method, path, sentence in _SENTENCES:
        yield Route(
            method=method,
            path=PREFIX + path,
            summary=sentence,
            handler=_saying(sentence),
            tag=TAG,
            scopes=READ if method == "GET" else WRITE,
        )


def _saying(sentence: str) -> Handler:
    async def answer(_call: Call) -> Reply:
        raise Refused(501, "not_here", sentence)

    return answer
