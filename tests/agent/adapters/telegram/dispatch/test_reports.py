"""What a run said and what a session changed: in a message where it fits, else as a file that a person can read."""

import json
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from agent.adapters.runner.transcript import readable as transcribed
from agent.adapters.telegram.dispatch import Dispatcher, runs
from agent.domain.changes import Change, Changes
from agent.domain.outbox import Message
from agent.domain.profile import Dialect
from tests.agent.adapters.telegram.dispatch.office import OPERATOR, Office, readable
from tests.agent.makers import make_profile

PATCH = "diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-if a < 1:\n+if a <= 1:\n"
SAID = {"type": "assistant", "message": {"content": [{"type": "text", "text": "I look at it."}]}}
RAW = f"{json.dumps({'type': 'system', 'subtype': 'init'})}\n{json.dumps(SAID)}\n"


async def asked(office: Office, words: str) -> Message:
    await office.says(OPERATOR, words)
    return (await office.messages())[-1]


def content(message: Message) -> str:
    return Path(message.document).read_text(encoding="utf-8")


async def with_changes(office: Office, patch: str, *, whole: bool = True) -> None:
    await office.says(OPERATOR, "/new app")
    office.git.changed = Changes((Change("a.py", 1, 1), Change("img.png", None, None)), patch, whole)


async def test_hunks_that_fit_are_shown_as_a_diff(office: Office) -> None:
    await with_changes(office, PATCH)
    answer = await asked(office, "/diff")
    assert '<pre><code class="language-diff">diff --git a/a.py' in answer.text
    assert readable(answer) == f"S1 has changed 2 files, +1 -1\n{PATCH}"
    assert answer.document == ""


@pytest.mark.parametrize("patch", [PATCH + "+x\n" * 2000, PATCH + "+<\n" * 900])
async def test_hunks_that_do_not_fit_are_a_file_under_the_counts(office: Office, patch: str) -> None:
    await with_changes(office, patch)
    answer = await asked(office, "/diff")
    assert "+1 -1 a.py" in readable(answer)
    assert "new or binary img.png" in readable(answer)
    assert "The whole diff is attached." in readable(answer)
    assert (Path(answer.document).suffix, content(answer)) == (".diff", patch)


async def test_a_diff_that_was_cut_is_a_file_however_short(office: Office) -> None:
    await with_changes(office, PATCH, whole=False)
    assert (await asked(office, "/diff")).document


async def test_counts_are_shown_where_the_file_cannot_be_kept(office: Office) -> None:
    await with_changes(office, PATCH * 100)
    (office.folder / "spool").write_text("a file where the folder should be")
    answer = await asked(office, "/diff")
    assert "cannot be sent now" in readable(answer)
    assert answer.document == ""


async def logged(office: Office, output: str) -> Path:
    """A run of Claude with a log."""
    profiles = {"default": make_profile(dialect=Dialect.CLAUDE)}
    office.dispatcher = Dispatcher(replace(office.desk, readable=partial(transcribed, profiles)))
    await office.says(OPERATOR, "do it")
    (run,) = await office.runs()
    log = office.desk.log_of(run.id)
    log.parent.mkdir(parents=True)
    log.write_text(output)
    return log


async def test_a_log_is_what_the_run_said_and_did(office: Office) -> None:
    log = await logged(office, RAW)
    answer = await asked(office, "/log")
    assert Path(answer.document).name == f"{log.stem}.txt"
    assert content(answer) == "I look at it."
    assert "raw" in readable(answer)


@pytest.mark.parametrize("words", ["/log raw", "/log {run} raw", "/log {run} RAW"])
async def test_the_raw_log_is_to_be_had_by_its_name(office: Office, words: str) -> None:
    log = await logged(office, RAW)
    assert (await asked(office, words.format(run=log.stem))).document == str(log)


async def test_a_button_brings_the_readable_log(office: Office) -> None:
    log = await logged(office, RAW)
    await office.taps(OPERATOR, f"l:{log.stem}")
    assert content((await office.messages())[-1]) == "I look at it."


async def test_of_a_very_long_log_the_end_is_sent_and_that_is_said(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "_MOST_TOLD", len(RAW) + 10)
    await logged(office, RAW * 20)
    text = content(await asked(office, "/log"))
    assert text == "[The beginning is left out; the raw log has it.]\nI look at it."


async def test_the_raw_log_is_sent_where_the_readable_one_cannot_be_kept(office: Office) -> None:
    log = await logged(office, RAW)
    (office.folder / "spool").write_text("a file where the folder should be")
    assert (await asked(office, "/log")).document == str(log)


async def test_the_help_says_how_to_get_the_raw_log(office: Office) -> None:
    answer = await asked(office, "/help log")
    assert "/log [RUN] [raw]" in readable(answer)
    assert "raw is the CLI" in readable(answer)
