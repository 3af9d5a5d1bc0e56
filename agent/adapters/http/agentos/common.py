"""What the AgentOS calls have in common: their prefix, and the organisation they are about."""

from typing import Final

from agent.adapters.http.refusals import Refused
from agent.adapters.http.route import Call, Parameter
from agent.adapters.http.shapes import TEXT, Schema, or_null, text
from agent.errors import NotFound

PREFIX: Final = "/api/v1/agents"
TAG: Final = "agentos"

ORGANIZATION: Final[Schema] = {**text(200), "description": "empty or absent for the agent's own; others are refused"}
OF_ORGANIZATION: Final = Parameter("organization_id", {**TEXT, "default": ""}, "the agent's own, or nothing")
ROLE: Final[Schema] = {**or_null(text(64)), "description": "a profile; null or absent for all together"}
METADATA: Final[Schema] = {"type": "object", "description": "accepted, not kept"}


def require_own(call: Call) -> str:
    """The organisation of this agent; a request about another one is refused."""
    own = call.desk.organization
    told = call.query.get("organization_id") or call.body.get("organization_id") or own
    if told != own:
        raise Refused(403, "forbidden", "This agent works for another organisation.", field="organization_id")
    return own


def role_of(call: Call) -> str:
    """The profile that a request is about, or empty for all together; `NotFound` when there is no such profile."""
    told = call.body.get("role_id") or call.body.get("deployment_id") or ""
    if told and told not in call.desk.profiles:
        raise NotFound("There is no such profile; roles and deployments are those of GET /api/agents.")
    return str(told)
