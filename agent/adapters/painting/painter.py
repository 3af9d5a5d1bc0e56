"""Has a chart drawn by a short-lived process: matplotlib is large, slow to load, and no business of the event loop."""

import asyncio
import logging
import os
import sys
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from agent.adapters.painting.paper import written
from agent.domain.chart import Chart
from agent.errors import MonitoringError

_log = logging.getLogger(__name__)

SECONDS: Final = 30.0
"""The first picture of a machine takes longest: matplotlib looks for its fonts."""

LARGEST: Final = 8 * 1024 * 1024
"""Telegram takes photos of up to 10 MB."""

MISSING: Final = "Charts need matplotlib: pip install 'tocsin[charts]', or leave PROMETHEUS_URL unset."
_SAID: Final = 500
_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_SOURCE: Final = Path(__file__).parents[3]


def is_installed() -> bool:
    """Whether this Python has what is needed to draw."""
    return find_spec("matplotlib") is not None


class MatplotlibPainter:
    """Keeps `ports.Painter`. One picture at a time; `home` is a folder where matplotlib remembers its fonts."""

    def __init__(self, home: Path, *, timeout_seconds: float = SECONDS) -> None:
        self._home = home
        self._timeout = timeout_seconds
        self._one_at_a_time = asyncio.Semaphore(1)

    async def paint(self, chart: Chart) -> bytes:
        if not is_installed():
            raise MonitoringError(MISSING)
        async with self._one_at_a_time:
            picture = await self._drawn(written(chart))
        if not picture.startswith(_SIGNATURE) or len(picture) > LARGEST:
            raise MonitoringError("The chart could not be drawn; the log has the reason.")
        return picture

    async def _drawn(self, paper: bytes) -> bytes:
        try:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "agent.adapters.painting"),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                env=self._environment(),
                start_new_session=True,
            )
        except OSError as error:
            raise MonitoringError(f"The chart could not be drawn ({error.strerror}).") from None
        try:
            async with asyncio.timeout(self._timeout):
                picture, said = await process.communicate(paper)
        except TimeoutError:
            raise MonitoringError(f"The chart was not drawn within {self._timeout:g} s.") from None
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        if process.returncode != 0:
            _log.warning("chart.failed", extra={"reason": said.decode("utf-8", "replace")[-_SAID:]})
        return picture

    def _environment(self) -> dict[str, str]:
        """Of ours it gets nothing that is secret."""
        return {
            "PATH": os.environ.get("PATH", ""),
            "PYTHONPATH": os.pathsep.join(filter(None, (str(_SOURCE), os.environ.get("PYTHONPATH", "")))),
            "MPLCONFIGDIR": str(self._home),
            "LC_ALL": "C.UTF-8",
        }
