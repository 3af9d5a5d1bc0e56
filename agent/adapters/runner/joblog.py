"""The log file of one run: what the CLI wrote, up to a size, with every secret taken out."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from agent.logs.files import MAX_BYTES

_CUT: Final = b"\n[cut: the log has reached its size]\n"


class JobLog:
    """Appends lines; a full disk costs the lines and never the run."""

    def __init__(self, path: Path, redact: Callable[[str], str], *, max_bytes: int = MAX_BYTES) -> None:
        self._redact = redact
        self._left = max_bytes
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("ab", buffering=64 * 1024)
            self._left -= self._file.tell()
        except OSError:
            self._left = 0

    def write(self, line: str) -> None:
        """One more line, or the mark that nothing more is kept."""
        if self._left > 0:
            self.keep(self._redact(line))

    def keep(self, clean: str) -> None:
        """The same for a line that has no secret in it any more."""
        if self._left <= 0:
            return
        kept = (clean + "\n").encode(errors="replace")
        self._left -= len(kept)
        self._append(kept if self._left > 0 else _CUT)

    def flush(self) -> None:
        """Make it readable for `tail`."""
        self._append(b"", flush=True)

    def close(self) -> None:
        """No more lines."""
        self._left = 0
        try:
            if hasattr(self, "_file"):
                self._file.close()
        except OSError:
            return

    def _append(self, data: bytes, *, flush: bool = False) -> None:
        try:
            if hasattr(self, "_file") and not self._file.closed:
                self._file.write(data)
                if flush:
                    self._file.flush()
        except OSError:
            self._left = 0
