"""A request with a key of the caller's own, so that it can be repeated without being done twice."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class KeyedRequest:
    """One that was taken, and the run that it has made.

    Attributes:
        caller: whose key it is; two callers may use the same.
        fingerprint: of what was asked for, as `fingerprint` takes it.
    """

    caller: str
    key: str
    fingerprint: str
    run_id: str
    at: datetime


def fingerprint(body: Mapping[str, Any]) -> str:
    """The same for bodies that ask for the same, however they are spaced and ordered."""
    return hashlib.sha256(json.dumps(body, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
