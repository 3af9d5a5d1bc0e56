"""Text as Markdown that shows exactly that text: escaped prose, code, table cells, links.

Little is escaped, because pages are also read raw, in a terminal: only what GitHub would take for markup. Words with
an underscore and words that begin with a slash are names, paths and commands, and shown as code.
"""

import json
import re

_CODE = re.compile(r"(`[^`]+`)")
_VERBATIM = re.compile(r"(?<![\w/:])(?:\w[\w.]*_[\w.]*[\w*]|/[a-z][\w./-]*\w)")
_SPECIAL = re.compile(
    r"""
    [\\`*<\[\]~$]                 # escapes, code, emphasis, HTML, links, strikethrough, formulas
    | (?<!\w)_ | _(?!\w)          # emphasis; inside a word an underscore is one
    | (?<=\])\(                   # a link's target
    | &(?=\#?\w+;)                # entities
    | ^[#>+=-] | ^\d+(?=[.)])     # headings, quotations, lists, numbered lists
    """,
    re.VERBOSE,
)
_MARKUP = re.compile(r"[\\`*<\[\]~$_&/]|^[#>+=\d-]")
"""Whatever the expressions above could match; most lines have none of it."""

_TICKS = re.compile(r"`+")
_LINE = 100


def prose(text: str) -> str:
    """One line of text; what stands between backticks stays code."""
    line = " ".join(text.split())
    if not _MARKUP.search(line):
        return line
    parts = _CODE.split(line if "`" in line else _VERBATIM.sub(r"`\g<0>`", line))
    return "".join(part if index % 2 else _SPECIAL.sub(_escaped, part) for index, part in enumerate(parts))


def _escaped(found: re.Match[str]) -> str:
    return f"{found[0]}\\" if found[0].isdigit() else f"\\{found[0]}"


def cell(markdown: str) -> str:
    """Markdown for a cell of a table, where a bar would end it even inside code."""
    return markdown.replace("|", "\\|")


def code(text: str) -> str:
    """Text as inline code."""
    ticks = "`" * (max((len(run) for run in _TICKS.findall(text)), default=0) + 1)
    gap = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{gap}{text}{gap}{ticks}"


def fence(language: str, text: str, indent: str = "") -> str:
    """Text as a block of code that can be copied."""
    ticks = "`" * max(3, *(len(run) + 1 for run in _TICKS.findall(text)), 3)
    lines = [f"{ticks}{language}", *text.splitlines(), ticks]
    return "\n".join(indent + line if line else "" for line in lines)


def link(markdown: str, target: str) -> str:
    """A link; the target is in angle brackets where it has to be."""
    return f"[{markdown}](<{target}>)" if any(mark in target for mark in " ()") else f"[{markdown}]({target})"


def stopped(text: str) -> str:
    """A sentence that ends."""
    return text if text.endswith((".", "!", "?")) else f"{text}."


def listed(items: list[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    return f" {last} ".join(part for part in (", ".join(items[:-1]), *items[-1:]) if part)


def compact(body: object) -> str:
    """JSON on one line, or on several where one would be too long to read."""
    line = json.dumps(body, ensure_ascii=False)
    return line if len(line) <= _LINE else json.dumps(body, ensure_ascii=False, indent=2)
