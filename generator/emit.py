"""Plain data to YAML text, fast and always in the same form.

A YAML library's dumper takes most of the time of rendering a thousand objectives, and none of its generality is
needed: mappings, sequences, strings, numbers, booleans and nothing else, in block style, in the order given.
`tests/generator/test_emit.py` holds it to `yaml.safe_load(emit(data)) == data` for any data.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

Plain: TypeAlias = "Mapping[str, Plain] | Sequence[Plain] | str | int | float | bool | None"

# A string that YAML 1.1 and 1.2 both read back as the same string without quotes. Narrow on purpose.
_PLAIN = re.compile(r"[A-Za-z_/][A-Za-z0-9_./@%+=(){}\[\]<>*,|~^$!?&;'\"`\\ -]*(?::[A-Za-z0-9_/][A-Za-z0-9_./-]*)*")
_BARE = re.compile(r"[A-Za-z_/][A-Za-z0-9_./-]*|(?:[0-9]+(?:ms|[smhdw]))+")
_WORDS_OF_YAML = frozenset(
    ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "none", "inf", "nan", ".inf", ".nan", "_"]
)


def emit(data: Plain, *, header: str | None = None) -> str:
    """YAML text of `data`, with `header` as comment lines above it."""
    lines = [f"# {line}" if line else "#" for line in header.splitlines()] if header else []
    lines.extend(_block(data, ""))
    return "\n".join(lines) + "\n"


def emit_all(documents: Sequence[Plain], *, header: str | None = None) -> str:
    """Several YAML documents in one text, separated by `---`."""
    texts = [emit(document) for document in documents]
    top = "".join(f"# {line}\n" for line in header.splitlines()) if header else ""
    return top + "---\n".join(texts)


def scalar(value: str | float | bool | None) -> str:
    """One scalar as YAML, quoted only where it must be."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number(value)
    if _is_plain(value):
        return value
    if value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    return '"' + "".join(_escaped(character) for character in value) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if character.isprintable():
        return character
    code = ord(character)
    return {"\n": "\\n", "\t": "\\t"}.get(character) or (f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")


def _number(value: float) -> str:
    if math.isnan(value):
        return ".nan"
    if value in (float("inf"), float("-inf")):
        return ".inf" if value > 0 else "-.inf"
    text = repr(value)
    return text if "e" not in text or "." in text else text.replace("e", ".0e", 1)


def _is_plain(text: str) -> bool:
    if text.lower() in _WORDS_OF_YAML:
        return False
    if _BARE.fullmatch(text):
        return True
    return bool(_PLAIN.fullmatch(text)) and not text.endswith(" ")


def _block(data: Plain, indent: str) -> Iterator[str]:
    if isinstance(data, Mapping):
        if not data:
            yield indent + "{}"
        for key, value in data.items():
            yield from _entry(f"{indent}{scalar(key)}:", value, indent)
    elif isinstance(data, Sequence) and not isinstance(data, str):
        if not data:
            yield indent + "[]"
        for item in data:
            yield from _item(item, indent)
    else:
        yield from _entry(indent.rstrip(" "), data, indent) if _is_literal(data) else iter([indent + scalar(data)])


def _entry(head: str, value: Plain, indent: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        if not value:
            yield head + " {}"
            return
        yield head
        yield from _block(value, indent + "  ")
    elif isinstance(value, str):
        if _is_literal(value):
            yield from _literal(head, value, indent + "  ")
        else:
            yield f"{head} {scalar(value)}"
    elif isinstance(value, Sequence):
        if not value:
            yield head + " []"
            return
        yield head
        yield from _block(value, indent + "  ")
    else:
        yield f"{head} {scalar(value)}"


def _item(item: Plain, indent: str) -> Iterator[str]:
    if isinstance(item, str) and _is_literal(item):
        yield from _literal(f"{indent}-", item, indent + "  ")
        return
    lines = _block(item, indent + "  ")
    first = next(lines)
    yield f"{indent}- {first[len(indent) + 2 :]}"
    yield from lines


def _is_literal(value: Plain) -> bool:
    """Whether a literal block can hold `value`: printable lines, the first of them neither empty nor indented."""
    if not isinstance(value, str) or "\n" not in value or value[0] in " \n":
        return False
    return all(line.isprintable() for line in value.split("\n"))


def _literal(head: str, text: str, indent: str) -> Iterator[str]:
    body = text.rstrip("\n")
    trailing = len(text) - len(body)
    chomp = {0: "-", 1: ""}.get(trailing, "+")
    yield f"{head} |{chomp}"
    for line in body.split("\n"):
        yield indent + line if line else ""
    for _ in range(trailing - 1):
        yield ""
