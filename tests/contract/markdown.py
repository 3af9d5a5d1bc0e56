"""What links and anchors a Markdown page has, as GitHub reads it."""

import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import unquote

FENCE: Final = re.compile(r"^ *(```|~~~)")
HEADING: Final = re.compile(r"^#{1,6}\s+(.*?)\s*#*$")
INLINE_LINK: Final = re.compile(r"\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
REFERENCE: Final = re.compile(r"^ {0,3}\[[^\]]+\]:\s*<?([^\s>]+)")
ANCHOR: Final = re.compile(r"<a\s+(?:id|name)=\"([^\"]+)\"")
ELSEWHERE: Final = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)


@cache
def text(page: Path) -> str:
    """The page as one line for searching: no escapes, no emphasis, single spaces, lower case."""
    assert page.is_file(), f"{page} is not rendered"
    plain = re.sub(r"\\([^\w\s])", r"\1", page.read_text(encoding="utf-8"))
    return " ".join(plain.replace("`", "").replace("**", "").split()).replace(" %", "%").casefold()


def links(page: Path) -> tuple[str, ...]:
    """Targets of all relative links, outside code."""
    prose = [re.sub(r"`[^`]*`", "", line) for line in _prose(page)]
    found = [target for line in prose for target in (*INLINE_LINK.findall(line), *REFERENCE.findall(line))]
    return tuple(target for target in found if not ELSEWHERE.match(target))


@cache
def anchors(page: Path) -> frozenset[str]:
    """Names that a link may point at: the slugs of all headings, and explicit anchors."""
    lines = _prose(page)
    slugs = [_slug(match.group(1)) for line in lines if (match := HEADING.match(line))]
    seen: Counter[str] = Counter()
    found = set(ANCHOR.findall("\n".join(lines)))
    for slug in slugs:
        found.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
        seen[slug] += 1
    return frozenset(found)


def fault(page: Path, target: str) -> str | None:
    """Why a relative link leads nowhere, or None."""
    path, _, anchor = unquote(target).partition("#")
    there = (page.parent / path).resolve() if path else page
    if not there.is_file():
        return f"{page.name}: {target}: no such file"
    if anchor and there.suffix == ".md" and anchor not in anchors(there):
        return f"{page.name}: {target}: no such heading, there are {sorted(anchors(there))}"
    return None


def _slug(heading: str) -> str:
    """The anchor that GitHub makes of a heading."""
    shown = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    return re.sub(r"[^\w\- ]", "", shown.casefold()).replace(" ", "-")


def _prose(page: Path) -> list[str]:
    """The lines outside fenced code."""
    kept, inside = [], False
    for line in page.read_text(encoding="utf-8").splitlines():
        if FENCE.match(line):
            inside = not inside
        elif not inside:
            kept.append(line)
    return kept
