"""What the next run of a session must know: turns, tokens and the tool call that waits for a decision."""

import json
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

_SAFE: Final = re.compile(r"[\w-]{1,80}")


@dataclass(slots=True)
class Session:
    """One conversation, across processes."""

    identifier: str
    turns: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    deferred: dict[str, Any] = field(default_factory=dict)
    rest: list[str] = field(default_factory=list)


class Sessions:
    """A folder of sessions, as the real CLIs keep one in their home."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, identifier: str) -> Session | None:
        """A session that ran before."""
        if not _SAFE.fullmatch(identifier):
            return None
        try:
            return Session(**json.loads(self._file(identifier).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def last(self) -> Session | None:
        """The session that ran last."""
        with suppress(OSError):
            newest = max(self._folder.glob("*.json"), key=lambda file: file.stat().st_mtime_ns, default=None)
            return self.find(newest.stem) if newest else None
        return None

    def keep(self, session: Session) -> None:
        """Remember it; a home that cannot be written is no reason to fail a run."""
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            whole = self._folder / f"{session.identifier}.part"
            whole.write_text(json.dumps(asdict(session)), encoding="utf-8")
            whole.replace(self._file(session.identifier))

    def _file(self, identifier: str) -> Path:
        return self._folder / f"{identifier}.json"


def home(variable: str, environment: Mapping[str, str] = os.environ) -> Path:
    """Where a CLI keeps its sessions: the folder in its own variable, else one below the user's state."""
    if named := environment.get(variable):
        return Path(named) / "standin-sessions"
    state = environment.get("XDG_STATE_HOME") or str(Path("~/.local/state").expanduser())
    return Path(state) / "tocsin-standin" / variable.lower()


def new_identifier() -> str:
    """A random UUID; importing `uuid` would cost more than the rest of the start."""
    number = bytearray(os.urandom(16))
    number[6], number[8] = number[6] & 0x0F | 0x40, number[8] & 0x3F | 0x80
    text = number.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
