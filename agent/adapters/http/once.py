"""`Idempotency-Key`: a request that is repeated under its key is answered with what it has made, and makes nothing.

As draft-ietf-httpapi-idempotency-key-header describes it. Key and run are one transaction, so after a crash there are
either both or none. What is refused uses up no key.
"""

from typing import Final

from agent.adapters.http.correlation import caller_of
from agent.adapters.http.refusals import Refused
from agent.adapters.http.route import Call, Parameter
from agent.domain.keyed import KeyedRequest, fingerprint
from agent.domain.run import Run
from agent.services.journal import Writing

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotent-Replayed"
KEY: Final = Parameter(
    HEADER,
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    "of the caller's own making, such as a UUID: the same request under it is done once; it is kept for a week",
)


async def made_before(call: Call, writing: Writing) -> Run | None:
    """The run that this very request has made already; 422 when its key was used for another request."""
    key = call.headers.get(HEADER)
    taken = await writing.records.keyed.get(caller_of(call.request), key) if key else None
    if taken is None:
        return None
    if taken.fingerprint != fingerprint(call.body):
        raise Refused(422, "key_reused", f"This {HEADER} was used for another request; take a new one.", field=HEADER)
    return await writing.records.runs.get(taken.run_id)


async def remember(call: Call, writing: Writing, run: Run) -> None:
    """The run belongs to the key from now on, if there is one."""
    key = call.headers.get(HEADER)
    if key:
        taken = KeyedRequest(caller_of(call.request), key, fingerprint(call.body), run.id, writing.now)
        await writing.records.keyed.add(taken)
