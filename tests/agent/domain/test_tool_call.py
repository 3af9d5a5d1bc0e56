"""Holds the words of a tool call to showing what matters, and to saying so only when they show all."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.adapters.ids import SystemIds
from agent.domain.approval import Scope, looks_like_id, scope_of
from agent.domain.tool_call import LONGEST, classified, looks_like_tool, tells_all, told

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
KEYS = st.sampled_from(["command", "description", "timeout", "file_path", "content", "old_string", "new_string", "x"])
TOOLS = st.sampled_from(["Bash", "Write", "Edit", "mcp__db__run"])


def test_a_call_is_never_told_by_its_description_alone() -> None:
    shown = told("mcp__cloud__run", {"description": "read docs", "env": "prod", "action": "delete"})

    assert "prod" in shown
    assert "delete" in shown


def test_a_command_is_told_as_it_is_and_with_whatever_changes_its_meaning() -> None:
    assert told("Bash", {"command": "git push", "description": "Look", "timeout": 5}) == "git push"
    assert "dangerouslyDisableSandbox" in told("Bash", {"command": "ls", "dangerouslyDisableSandbox": True})


def test_a_written_file_is_told_by_its_first_lines() -> None:
    shown = told("Write", {"file_path": "/w/a", "content": "\n".join(f"line {number}" for number in range(50))})

    assert shown.startswith("/w/a\nline 0\nline 1\n")
    assert shown.endswith("… 30 more lines")


def test_an_edit_is_told_by_what_goes_and_what_comes() -> None:
    shown = told("Edit", {"file_path": "/w/a", "old_string": "one", "new_string": "two\nthree", "replace_all": True})

    assert shown == "/w/a\nevery occurrence\n- one\n+ two\n+ three"


def test_the_end_of_a_long_command_is_shown_too() -> None:
    given = {"command": "echo " + "x" * 9000 + "; rm -rf /"}

    assert told("Bash", given).endswith("; rm -rf /")
    assert not tells_all("Bash", given)


@given(TOOLS, st.dictionaries(KEYS, JSON))
def test_the_words_are_bounded_whatever_is_called(tool: str, arguments: dict[str, Any]) -> None:
    assert len(told(tool, arguments)) <= LONGEST


@given(TOOLS, st.dictionaries(KEYS, JSON), st.dictionaries(KEYS, JSON))
def test_calls_that_tell_all_in_the_same_words_do_the_same(
    tool: str, one: dict[str, Any], other: dict[str, Any]
) -> None:
    if told(tool, one) == told(tool, other) and tells_all(tool, one) and tells_all(tool, other):
        assert _meant(one) == _meant(other)


def test_a_call_that_imitates_the_words_of_another_does_not_tell_all() -> None:
    write = {"file_path": "/w/a\nb", "content": "c"}

    assert told("Write", write) == told("Write", {"file_path": "/w/a", "content": "b\nc"})
    assert not tells_all("Write", write)
    assert not tells_all("Bash", {"command": told("Bash", {"command": "x", "run_in_background": True})})


@pytest.mark.parametrize(
    ("tool", "given", "scope"),
    [
        ("mcp__cloud__run", {"description": "read docs", "env": "prod", "action": "delete"}, Scope.DELETE),
        ("mcp__github__delete_file", {"path": "a"}, Scope.DELETE),
        ("mcp__ci__run", {"job": {"name": "deploy"}}, Scope.DEPLOY),
        ("mcp__github__push_files", {"branch": "main"}, Scope.PUSH),
        ("mcp__docs__look", {"description": "read docs"}, Scope.EXTERNAL),
        ("WebSearch", {"query": "how to delete a branch"}, Scope.EXTERNAL),
        ("Bash", {"command": "x=1\nrm\n-rf"}, Scope.DELETE),
        ("Write", {"file_path": "a", "content": "kubectl"}, Scope.WRITE),
    ],
)
def test_the_scope_is_read_from_all_words(tool: str, given: dict[str, Any], scope: Scope) -> None:
    assert scope_of(tool, classified(tool, given)) is scope


def test_every_id_looks_like_one_and_no_known_tool_does() -> None:
    ids = SystemIds()

    assert all(looks_like_id(each) and looks_like_id(each.lower()) for each in (ids.short() for _ in range(500)))
    assert not any(looks_like_id(each) for each in ("Bash", "Write", "WebFetch", "mcp__a__b", "Execute"))


def test_tools_are_known_or_spelled_like_tools() -> None:
    assert all(map(looks_like_tool, ("bash", "LS", "NoSuchTool", "mcp__github__push")))
    assert not any(map(looks_like_tool, ("rm", "K7QM2X", "", "a b", "mcp__")))


def _meant(arguments: dict[str, Any]) -> str:
    return repr(sorted((key, value) for key, value in arguments.items() if key not in {"description", "timeout"}))
