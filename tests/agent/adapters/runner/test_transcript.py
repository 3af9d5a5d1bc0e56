"""A log as a person reads it."""

import json

from agent.adapters.runner.transcript import readable
from agent.domain.profile import Dialect
from tests.agent.makers import make_profile

PROFILES = {"claude": make_profile(name="claude", dialect=Dialect.CLAUDE), "plain": make_profile(name="plain")}


def test_events_become_what_was_said_and_done() -> None:
    said = {"type": "assistant", "message": {"content": [{"type": "text", "text": "Looking."}]}}
    used = {"type": "tool_use", "id": "1", "name": "Bash", "input": {"command": "ls"}}
    did = {"type": "assistant", "message": {"content": [used]}}
    log = "\n".join((json.dumps(said), "not JSON", json.dumps(did)))
    assert readable(PROFILES, "claude", log) == "Looking.\n▸ Bash ls"


def test_what_is_not_in_the_dialect_is_shown_as_it_is() -> None:
    assert readable(PROFILES, "claude", "a stack trace\nof two lines") == "a stack trace\nof two lines"
    assert readable(PROFILES, "plain", "{}") == "{}"
    assert readable(PROFILES, "gone", "anything") == "anything"
