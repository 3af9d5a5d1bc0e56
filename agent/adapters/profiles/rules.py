"""What the schema cannot say about a profile: which settings do not go together, and which secrets are not for CLIs."""

from collections.abc import Iterator, Sequence
from typing import Final

from agent.adapters.profiles.document import Data, Place
from agent.domain.profile import Dialect

OURS: Final = frozenset(
    {
        "ACTION_API_KEY",
        "ALERTMANAGER_PASSWORD",
        "ALERTMANAGER_TOKEN",
        "ALERTMANAGER_WEBHOOK_TOKEN",
        "ALERT_WEBHOOK_SECRET",
        "LOCAL_API_KEYS",
        "PROMETHEUS_PASSWORD",
        "PROMETHEUS_TOKEN",
        "TELEGRAM_BOT_TOKEN",
        "TELEGRAM_WEBHOOK_SECRET",
    }
)
"""Secrets of the agent itself; a CLI that had one could act as the agent."""

_CANNOT_ASK: Final = {
    Dialect.CODEX: "codex cannot ask per tool; use gate:",
    Dialect.COMMAND: "a command cannot ask per tool; use gate:",
}
_UNASKED: Final = frozenset(
    {
        "--allowed-tools",
        "--allowedTools",
        "--allow-dangerously-skip-permissions",
        "--append-system-prompt",
        "--bare",
        "--dangerously-skip-permissions",
        "--permission-mode",
        "--settings",
    }
)
"""Options of claude that would answer in the person's place, or that the agent gives itself where tools ask."""


def combination_problems(name: str, raw: dict[str, Data]) -> Iterator[tuple[Place, str]]:
    """For all that does not go together in one profile: where, and `what is wrong; what to do`."""
    here: Place = ("profiles", name)
    if raw.get("tools_ask") is True:
        dialect = raw.get("dialect")
        if refusal := next((words for each, words in _CANNOT_ASK.items() if each == dialect), ""):
            yield (*here, "tools_ask"), refusal
        else:
            yield from _unasked((*here, "arguments"), _words(raw.get("arguments")))
    for number, variable in enumerate(_words(raw.get("environment"))):
        if variable.removesuffix("_FILE") in OURS:
            yield (*here, "environment", number), "is a secret of the agent itself; leave it out"


def _unasked(place: Place, arguments: Sequence[str]) -> Iterator[tuple[Place, str]]:
    for number, argument in enumerate(arguments):
        option = argument.partition("=")[0]
        if option in _UNASKED:
            yield (*place, number), f"{option} and tools_ask do not go together; leave one of them out"


def _words(data: Data) -> Sequence[str]:
    return [each if isinstance(each, str) else "" for each in data] if isinstance(data, list) else ()
