"""A log as a person reads it: what the model said and which tools it used, instead of the CLI's own events."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from agent.adapters.runner.claude import ClaudeSpeech
from agent.adapters.runner.codex import CodexSpeech
from agent.adapters.runner.dialect import Reading, Speech
from agent.domain.activity import Activity, Said, ToolBegan, ToolEnded
from agent.domain.profile import Dialect, Profile
from agent.ports import Order

_SPEECHES: Final[Mapping[Dialect, Speech]] = MappingProxyType(
    {Dialect.CODEX: CodexSpeech(), Dialect.CLAUDE: ClaudeSpeech()}
)


def readable(profiles: Mapping[str, Profile], name: str, output: str) -> str:
    """The output of a profile's CLI in plain lines; as it is when it says nothing in the profile's dialect."""
    profile = profiles.get(name)
    speech = _SPEECHES.get(profile.dialect) if profile else None
    if profile is None or speech is None:
        return output
    order = Order(run_id="", profile=profile, prompt="", workspace=Path(), log=Path())
    return "\n".join(_lines(speech.reading(order), output)) or output


def _lines(reading: Reading, output: str) -> Iterator[str]:
    for line in output.splitlines():
        yield from filter(None, map(_told, reading.line(line)))


def _told(activity: Activity) -> str:
    match activity:
        case Said(text=text):
            return text
        case ToolBegan(tool=tool, detail=detail):
            return f"▸ {tool} {detail}"
        case ToolEnded(tool=tool, ok=False, detail=detail):
            return f"✗ {tool} {detail}"
        case _:
            return ""
