"""The organisation's policy overlay, of which this agent enforces the emergency denylist, and decisions about tools."""

import hashlib
import json
from typing import Final

from agent.adapters.http.agentos.common import METADATA, OF_ORGANIZATION, ORGANIZATION, PREFIX, TAG, require_own
from agent.adapters.http.route import WRITE, Call, Reply, Route
from agent.adapters.http.shapes import TEXT, Json, Schema, many, or_null, record, text, words
from agent.domain.audit import API
from agent.domain.containment import Containment
from agent.domain.profile import DEFAULT, Profile
from agent.errors import NotFound
from agent.services.containing import LONGEST_TOOL, MOST_TOOLS
from agent.services.journal import Writing

_NOTHING: Final[Schema] = {
    "type": "array",
    "items": TEXT,
    "maxItems": 0,
    "description": "empty: not enforced here; use emergency_denylist",
}
_TOOL: Final[Schema] = {"type": "string", "minLength": 1, "maxLength": LONGEST_TOOL, "pattern": r"^[!-~]+$"}
_LISTS: Final = {"allow_tools": _NOTHING, "deny_tools": _NOTHING, "require_approval_tools": _NOTHING}
OVERLAY: Final[Schema] = record(
    "PolicyOverlay",
    {
        "organization_id": TEXT,
        **_LISTS,
        "emergency_denylist": many(TEXT),
        "default_policy_action": words(["require_approval"]),
        "metadata": {"type": "object", "maxProperties": 0},
    },
)
CHANGE: Final[Schema] = record(
    "PolicyOverlayChange",
    {
        "organization_id": ORGANIZATION,
        **_LISTS,
        "emergency_denylist": many(_TOOL, MOST_TOOLS),
        "default_policy_action": words(["require_approval"]),
        "metadata": {"type": "object", "maxProperties": 0},
    },
    optional=("organization_id", *_LISTS, "default_policy_action", "metadata"),
)
DECISION: Final[Schema] = record(
    "PolicyDecision",
    {
        "action": words(["allow", "deny", "require_approval"]),
        "code": TEXT,
        "reason": TEXT,
        "reasons": many(TEXT),
        "tool_id": TEXT,
        "organization_id": TEXT,
        "deployment_id": or_null(TEXT),
        "policy_hash": TEXT,
    },
)
QUESTION: Final[Schema] = record(
    "PolicyQuestion",
    {
        "organization_id": ORGANIZATION,
        "tool_id": text(LONGEST_TOOL, 1),
        "deployment_id": or_null(text(64)),
        "evidence_refs": {"type": "array"},
        "metadata": METADATA,
    },
    optional=("organization_id", "deployment_id", "evidence_refs", "metadata"),
)


async def show(call: Call) -> Reply:
    """The overlay."""
    organization = require_own(call)
    async with call.desk.journal.store.reading() as records:
        return Reply(_overlay(organization, await records.controls.containment()))


async def replace(call: Call) -> Reply:
    """Make the denylist exactly this one."""
    organization = require_own(call)
    async with call.desk.journal.writing() as writing:
        await _deny_exactly(call, writing, set(call.body["emergency_denylist"]))
        await call.desk.approvals.show_again(writing)
        levers = await writing.records.controls.containment()
    return Reply(_overlay(organization, levers))


async def decide(call: Call) -> Reply:
    """What would happen to a tool call now. It changes nothing."""
    organization, tool = require_own(call), call.body["tool_id"]
    profile = call.desk.profiles.get(call.body.get("deployment_id") or DEFAULT)
    if profile is None:
        raise NotFound("There is no such deployment.")
    async with call.desk.journal.store.reading() as records:
        levers = await records.controls.containment()
    action, code, reason = _decided(tool, profile, levers)
    return Reply(
        {
            "action": action,
            "code": f"agentos.policy.{code}",
            "reason": reason,
            "reasons": [reason],
            "tool_id": tool,
            "organization_id": organization,
            "deployment_id": call.body.get("deployment_id"),
            "policy_hash": _hash(levers),
        }
    )


def _decided(tool: str, profile: Profile, levers: Containment) -> tuple[str, str, str]:
    if levers.denies(tool):
        return "deny", "emergency_denylist", f"{tool} is on the emergency denylist."
    if levers.recommends_only:
        return "deny", "autonomy", f"Agents only recommend now (autonomy {levers.autonomy})."
    if profile.tools_ask:
        return (
            "require_approval",
            "tools_ask",
            f"Calls of profile {profile.name} that change something wait for a person.",
        )
    return "allow", "profile", f"Profile {profile.name} leaves its tools to the CLI's own rules."


async def _deny_exactly(call: Call, writing: Writing, wanted: set[str]) -> None:
    denied = set((await writing.records.controls.containment()).denied_tools)
    for tool in sorted(denied - wanted):
        await call.desk.containing.allow(writing, tool, by=API)
    for tool in sorted(wanted - denied):
        await call.desk.containing.deny(writing, tool, by=API)


def _overlay(organization: str, levers: Containment) -> Json:
    return {
        "organization_id": organization,
        "allow_tools": [],
        "deny_tools": [],
        "require_approval_tools": [],
        "emergency_denylist": list(levers.denied_tools),
        "default_policy_action": "require_approval",
        "metadata": {},
    }


def _hash(levers: Containment) -> str:
    return hashlib.sha256(json.dumps([levers.autonomy, *levers.denied_tools]).encode()).hexdigest()[:16]


ROUTES: Final = (
    Route(
        method="GET",
        path=f"{PREFIX}/policies/overlay",
        summary="The policy overlay with the emergency denylist",
        handler=show,
        tag=TAG,
        parameters=(OF_ORGANIZATION,),
        answer=OVERLAY,
    ),
    Route(
        method="PUT",
        path=f"{PREFIX}/policies/overlay",
        summary="Replace the emergency denylist",
        handler=replace,
        tag=TAG,
        scopes=WRITE,
        body=CHANGE,
        answer=OVERLAY,
    ),
    Route(
        method="POST",
        path=f"{PREFIX}/policies/decide",
        summary="What would happen to a tool call now",
        handler=decide,
        tag=TAG,
        body=QUESTION,
        answer=DECISION,
        description="Changes nothing, so `api:read` suffices.",
    ),
)
