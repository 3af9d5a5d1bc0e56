"""Deployments: a deployment is a profile, and rolling one back puts every new run on the default profile."""

import hashlib
from dataclasses import asdict
from typing import Final

from agent.adapters.http.agentos.common import OF_ORGANIZATION, PREFIX, TAG, require_own
from agent.adapters.http.agentos.gate_json import judged_json
from agent.adapters.http.refusals import Refused
from agent.adapters.http.route import WRITE, Call, Reply, Route
from agent.adapters.http.shapes import MOMENT, TEXT, Json, Schema, many, moment, record, words
from agent.domain.audit import API
from agent.domain.containment import Containment
from agent.domain.profile import DEFAULT, Profile
from agent.errors import Conflict, NotFound

STATUS: Final[Schema] = words(["active", "rolled_back"])
DEPLOYMENT: Final[Schema] = record(
    "Deployment",
    {
        "id": TEXT,
        "organization_id": TEXT,
        "role_id": {**TEXT, "description": "the `role_scope` of its scores"},
        "profile_id": TEXT,
        "status": STATUS,
        "snapshot_hash": {**TEXT, "description": "changes when the profile is configured otherwise"},
    },
)
MOVED: Final[Schema] = record("DeploymentMoved", {"deployment_id": TEXT, "status": STATUS, "updated_at": MOMENT})


async def listing(call: Call) -> Reply:
    """All profiles by name."""
    organization = require_own(call)
    async with call.desk.journal.store.reading() as records:
        levers = await records.controls.containment()
    found = sorted(call.desk.profiles.values(), key=lambda profile: profile.name)
    return Reply([_deployment(each, organization, levers) for each in found])


async def show(call: Call) -> Reply:
    """One profile."""
    profile, organization = _profile(call), require_own(call)
    async with call.desk.journal.store.reading() as records:
        return Reply(_deployment(profile, organization, await records.controls.containment()))


async def roll_back(call: Call) -> Reply:
    """Take it out of service: the fallback lever is pulled, which takes all but the default one out of service."""
    profile = _profile(call)
    if profile.name == DEFAULT:
        raise Conflict(
            "The default profile is what the others fall back to; PATCH containment with autonomy L1 instead."
        )
    async with call.desk.journal.writing() as writing:
        levers = await call.desk.containing.fall_back(writing, on=True, by=API)
        await writing.audit(API, "deployment.rolled_back", profile.name)
    return Reply(_moved(profile, levers, moment(writing.now)))


async def promote(call: Call) -> Reply:
    """Put it back into service, unless a regression gate forbids it; the fallback lever is released."""
    profile = _profile(call)
    async with call.desk.journal.writing() as writing:
        blocking = await call.desk.quality.blocking(writing.records, writing.now, profile.name)
        if blocking:
            shown = {"evaluations": [judged_json(each) for each in blocking]}
            message = "A regression gate forbids this promotion."
            raise Refused(409, "quality_regression_gate_blocked", message, details=shown)
        levers = await call.desk.containing.fall_back(writing, on=False, by=API)
        await writing.audit(API, "deployment.promoted", profile.name)
    return Reply(_moved(profile, levers, moment(writing.now)))


def _profile(call: Call) -> Profile:
    found = call.desk.profiles.get(call.path["id"])
    if found is None:
        raise NotFound("There is no such deployment; deployments are the profiles of GET /api/agents.")
    return found


def _status(profile: Profile, levers: Containment) -> str:
    return "rolled_back" if levers.fallback and profile.name != DEFAULT else "active"


def _moved(profile: Profile, levers: Containment, at: str) -> Json:
    return {"deployment_id": profile.name, "status": _status(profile, levers), "updated_at": at}


def _deployment(profile: Profile, organization: str, levers: Containment) -> Json:
    return {
        "id": profile.name,
        "organization_id": organization,
        "role_id": profile.name,
        "profile_id": profile.name,
        "status": _status(profile, levers),
        "snapshot_hash": hashlib.sha256(repr(asdict(profile)).encode()).hexdigest()[:16],
    }


ROUTES: Final = (
    Route(
        method="GET",
        path=f"{PREFIX}/deployments",
        summary="The profiles as deployments",
        handler=listing,
        tag=TAG,
        parameters=(OF_ORGANIZATION,),
        answer=many(DEPLOYMENT),
    ),
    Route(
        method="GET",
        path=f"{PREFIX}/deployments/{{id}}",
        summary="One profile as a deployment",
        handler=show,
        tag=TAG,
        parameters=(OF_ORGANIZATION,),
        answer=DEPLOYMENT,
    ),
    Route(
        method="POST",
        path=f"{PREFIX}/deployments/{{id}}/rollback",
        summary="Put every new run on the default profile",
        handler=roll_back,
        tag=TAG,
        scopes=WRITE,
        answer=MOVED,
    ),
    Route(
        method="POST",
        path=f"{PREFIX}/deployments/{{id}}/promote",
        summary="Let runs use the profiles again, if the regression gates allow it",
        handler=promote,
        tag=TAG,
        scopes=WRITE,
        answer=MOVED,
    ),
)
