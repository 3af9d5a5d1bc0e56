"""What the hook writes is what the agent reads, whatever else is in the file."""

from pathlib import Path

import pytest

from agent.adapters.runner import NotedByHook
from agent.domain.approval import Scope
from agent.domain.events import ToolLetThrough
from agent.hook import Answer, Call, note

WHY = "The scope push is approved for this session."
PUSHED = ToolLetThrough("r1", "Bash", Scope.PUSH, WHY)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "notes" / "r1.jsonl"


@pytest.fixture
def notes(file: Path) -> NotedByHook:
    return NotedByHook(lambda run_id: file.with_name(f"{run_id}.jsonl"))


def noted(file: Path, tool: str = "Bash") -> None:
    note(file, Call("t1", tool, {"command": "git push"}), Answer("allow", WHY, Scope.PUSH))


async def test_what_was_noted_is_read_in_order(file: Path, notes: NotedByHook) -> None:
    noted(file)
    noted(file, "mcp__git.hub__push-it")
    assert await notes.of_run("r1") == (PUSHED, ToolLetThrough("r1", "mcp__git.hub__push-it", Scope.PUSH, WHY))
    assert await notes.of_run("r2") == ()


async def test_a_line_that_was_cut_short_spoils_no_other(file: Path, notes: NotedByHook) -> None:
    noted(file)
    with file.open("ab") as torn:
        torn.write(b'\n{"tool": "Ba')
    assert await notes.of_run("r1") == (PUSHED,)
    noted(file)
    assert await notes.of_run("r1") == (PUSHED, PUSHED)


@pytest.mark.parametrize("line", [b"[]", b"5", b"{}", b'{"tool": "a", "scope": "none", "reason": ""}', b"\xff\xfe"])
async def test_what_is_no_note_is_passed_over(file: Path, notes: NotedByHook, line: bytes) -> None:
    noted(file)
    with file.open("ab") as other:
        other.write(b"\n" + line + b"\n")
    assert await notes.of_run("r1") == (PUSHED,)


async def test_a_name_that_no_tool_has_is_not_repeated(file: Path, notes: NotedByHook) -> None:
    noted(file, "Bash token=abcdefgh")
    assert [each.tool for each in await notes.of_run("r1")] == ["?"]


async def test_a_file_that_cannot_be_read_is_not_there(file: Path, notes: NotedByHook) -> None:
    noted(file.with_name(file.name) / "inside")  # a folder in its place
    assert await notes.of_run("r1") == ()
