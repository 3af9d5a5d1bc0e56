"""Rendered rule files, taken apart as text: what a manifest holds is then equal to the file, byte for byte, and cheap.

A rule file is comments, perhaps a line `namespace: ...`, the line `groups:`, and a list that is indented by two.
"""

import re
from collections.abc import Iterator

from generator.emit import below

_NAMESPACE = re.compile(r"^namespace: (\S+)$", re.MULTILINE)
_ITEM = re.compile(r"^  - name: (\S+)$", re.MULTILINE)


def group_list(text: str) -> str:
    """The list below `groups:`, as it stands there."""
    return below(text, "groups")


def namespace(text: str) -> str:
    """The ruler's namespace of a file in Mimir's form."""
    found = _NAMESPACE.search(text)
    return found[1] if found else ""


def groups(text: str) -> Iterator[tuple[str, str]]:
    """Each group's name, and the group as a YAML document of its own."""
    listed = group_list(text)
    items = [*_ITEM.finditer(listed)]
    ends = [*(item.start() for item in items[1:]), len(listed)]
    for item, end in zip(items, ends, strict=True):
        yield item[1], listed[item.start() + 4 : end].replace("\n    ", "\n")


def indented(text: str, by: str) -> str:
    """Every line that is not empty, moved to the right."""
    return "\n".join([by + line if line else line for line in text.split("\n")])
