"""A run's artifact: all that its CLI has printed, as a file."""

from pathlib import Path
from typing import Final

from aiohttp import web

from agent.adapters.http.finding import run_of
from agent.adapters.http.route import Call, Reply, Route
from agent.adapters.http.runs import READ_RUNS
from agent.domain.run import Run

_PLAIN: Final = "text/plain"


async def download(call: Call) -> Reply | web.StreamResponse:
    """The log as it is on disk; without one, what is known of the run instead.

    The file is found by the id of a run that exists, never by what the caller wrote.
    """
    async with call.desk.journal.store.reading() as records:
        run = await run_of(records, call.path["run_id"])
    log = call.desk.log_of(run.id)
    if not log.is_file():
        return Reply(_without_log(run), content_type=_PLAIN)
    return _file(log)


def _file(log: Path) -> web.StreamResponse:
    return web.FileResponse(log, headers={"Content-Type": f"{_PLAIN}; charset=utf-8"})


def _without_log(run: Run) -> str:
    facts = {"run": run.id, "state": run.state, "error": run.error or "", "detail": run.detail, "output": run.summary}
    known = [f"{name}: {value}" for name, value in facts.items() if value]
    return "\n".join(["The CLI has left no output, or it was older than a week.", *known, ""])


ROUTES: Final = (
    Route(
        method="GET",
        path="/api/runs/{run_id}/artifact.txt",
        summary="All that the run's CLI has printed, raw",
        handler=download,
        tag="runs",
        scopes=READ_RUNS,
        content_type=_PLAIN,
        description="As the CLI wrote it, without secrets. A `Range` header is honoured.",
    ),
)
