"""What happened in a run: its events, and everything about it at once, for programs and for people."""

import re
from collections.abc import Sequence
from typing import Final

from agent.adapters.http.approvals import APPROVAL, approval_json
from agent.adapters.http.finding import run_of
from agent.adapters.http.route import JSON, Call, Handler, Reply, Route
from agent.adapters.http.run_json import RUN, run_json
from agent.adapters.http.runs import READ_RUNS
from agent.adapters.http.shapes import MOMENT, TEXT, TEXTS, Json, Schema, many, moment, record, words
from agent.domain.events import EventName
from agent.domain.run import Run
from agent.domain.timeline import Moment

EVENT: Final[Schema] = record(
    "RunEvent",
    {"run_id": TEXT, "event_type": words(EventName), "payload": TEXTS, "created_at": MOMENT},
)
_LONGEST: Final = 500
_MARKUP: Final = re.compile(r"[\\`*_{}\[\]<>#|~]")
TIMELINE: Final[Schema] = record("RunTimeline", {"run": RUN, "events": many(EVENT), "approvals": many(APPROVAL)})


async def events(call: Call) -> Reply:
    """In the order in which they happened."""
    async with call.desk.journal.store.reading() as records:
        run = await run_of(records, call.path["run_id"])
        found = await records.timeline.of_run(run.id)
    return Reply([_event(each) for each in found])


async def timeline(call: Call) -> Reply:
    """The run, its events and its questions."""
    async with call.desk.journal.store.reading() as records:
        run = await run_of(records, call.path["run_id"])
        found = await records.timeline.of_run(run.id)
        asked = await records.approvals.of_run(run.id)
    return Reply(
        {
            "run": run_json(run),
            "events": [_event(each) for each in found],
            "approvals": [approval_json(each, run) for each in asked],
        }
    )


async def timeline_page(call: Call) -> Reply:
    """The timeline as Markdown, with exact UTC moments, as a postmortem wants them."""
    async with call.desk.journal.store.reading() as records:
        run = await run_of(records, call.path["run_id"])
        found = await records.timeline.of_run(run.id)
    return Reply(_page(run, found), content_type="text/markdown")


def _event(happened: Moment) -> Json:
    return {
        "run_id": happened.run_id,
        "event_type": happened.event,
        "payload": dict(happened.facts),
        "created_at": moment(happened.at),
    }


def _page(run: Run, found: Sequence[Moment]) -> str:
    head = f"# Run {run.id}\n\n{run.state}, profile {_plain(run.profile)}, session {_plain(run.session_id)}\n"
    why = f"\n{_plain(run.detail)}\n" if run.detail else ""
    rows = [f"| {moment(each.at)} | {each.event} | {_facts(each)} |" for each in found]
    return "\n".join([head + why, "| UTC | event | facts |", "|---|---|---|", *rows, ""])


def _facts(happened: Moment) -> str:
    shown = (f"{key} {_plain(value)}" for key, value in happened.facts.items() if key != "run_id" and value)
    return ", ".join(shown)


def _plain(text: str) -> str:
    """On one line, and without what Markdown would take for its own."""
    kept = " ".join(text.split())[:_LONGEST]
    return _MARKUP.sub(lambda found: "\\" + found[0], kept)


def _route(path: str, summary: str, handler: Handler, answer: Schema | None, content_type: str = JSON) -> Route:
    return Route(
        method="GET",
        path=f"/api/runs/{{run_id}}/{path}",
        summary=summary,
        handler=handler,
        tag="runs",
        scopes=READ_RUNS,
        answer=answer,
        content_type=content_type,
    )


ROUTES: Final = (
    _route("events", "A run's events in order", events, many(EVENT)),
    _route("timeline", "A run with its events and questions", timeline, TIMELINE),
    _route("timeline.md", "A run's timeline as Markdown", timeline_page, None, "text/markdown"),
)
