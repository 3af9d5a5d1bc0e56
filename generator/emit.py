"""Plain data to YAML text, fast and always in the same form.

A YAML library's dumper takes most of the time of rendering a thousand objectives, and none of its generality is
needed: mappings, sequences, strings, numbers, booleans and nothing else, in block style, in the order given.
`tests/generator/test_emit.py` holds it to `yaml.safe_load(emit(data)) == data` for any data.
"""

import math
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import NoneType
from typing import TypeAlias

Plain: TypeAlias = "Mapping[str, Plain] | Sequence[Plain] | str | int | float | bool | None"

# A string that YAML 1.1 and 1.2 both read back as the same string without quotes. Narrow on purpose.
_PLAIN = re.compile(
    r"[A-Za-z_/][A-Za-z0-9_./@%+=(){}\[\]<>*,|~^$!?&;'\"`\\ -]*(?::[A-Za-z0-9_/][A-Za-z0-9_./-]*)*"
    r"|(?:[0-9]+(?:ms|[smhdw]))+"
)
_WORDS_OF_YAML = frozenset(
    ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "none", "inf", "nan", ".inf", ".nan", "_"]
)
_LONGEST_WORD = max(map(len, _WORDS_OF_YAML))
_SHORT = 48

_SCALARS = (str, int, float, NoneType)


def emit(data: Plain, *, header: str | None = None) -> str:
    """YAML text of `data`, with `header` as comment lines above it."""
    lines = _comment(header)
    _block(data, "", lines)
    return "\n".join(lines) + "\n"


def emit_all(documents: Sequence[Plain], *, header: str | None = None) -> str:
    """Several YAML documents in one text, separated by `---`."""
    texts = (emit(document, header=None if number else header) for number, document in enumerate(documents))
    return "---\n".join(texts)


def below(text: str, key: str) -> str:
    """What stands below the last top-level key of an emitted text, so that another text can carry it as it is."""
    head = f"\n{key}:\n"
    return text[text.index(head) + len(head) :]


def _comment(header: str | None) -> list[str]:
    return [f"# {line}".rstrip() for line in (header or "").splitlines()]


def scalar(value: str | float | bool | None) -> str:
    """One scalar as YAML, quoted only where it must be."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number(value)
    return _text(value)


def _text(value: str) -> str:
    """A string as YAML; keys and labels come again and again, and are looked at once."""
    return _remembered(value) if len(value) < _SHORT else _quoted(value)


def _quoted(value: str) -> str:
    if _is_plain(value):
        return value
    if value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    return '"' + "".join(_escaped(character) for character in value) + '"'


_remembered = lru_cache(maxsize=4096)(_quoted)


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
    if len(text) <= _LONGEST_WORD and text.lower() in _WORDS_OF_YAML:
        return False
    return _PLAIN.fullmatch(text) is not None and not text.endswith(" ")


def _block(data: Plain, indent: str, lines: list[str]) -> None:
    """Append the lines of `data`, each of them behind `indent`; asked in the order of how often and how fast."""
    if type(data) is dict:
        _mapping(data, indent, lines)
    elif isinstance(data, str) and _is_literal(data):
        _literal(indent.rstrip(" "), data, indent + "  ", lines)
    elif isinstance(data, _SCALARS):
        lines.append(indent + scalar(data))
    elif isinstance(data, list | tuple) or not isinstance(data, Mapping):  # an abstract class is slow to ask
        _sequence(data, indent, lines)
    else:
        _mapping(data, indent, lines)


def _mapping(data: Mapping[str, Plain], indent: str, lines: list[str]) -> None:
    if not data:
        lines.append(indent + "{}")
    for key, value in data.items():
        if type(value) is str and "\n" not in value:  # nearly every entry: one call less for each
            lines.append(f"{indent}{_remembered(key)}: {_text(value)}")
        else:
            _entry(f"{indent}{_remembered(key)}:", value, indent, lines)


def _sequence(data: Sequence[Plain], indent: str, lines: list[str]) -> None:
    if not data:
        lines.append(indent + "[]")
    for item in data:
        _item(item, indent, lines)


def _entry(head: str, value: Plain, indent: str, lines: list[str]) -> None:
    if isinstance(value, str):
        if "\n" in value and _is_literal(value):
            _literal(head, value, indent + "  ", lines)
        else:
            lines.append(f"{head} {_text(value)}")
    elif value and not isinstance(value, _SCALARS):
        lines.append(head)
        _block(value, indent + "  ", lines)
    else:
        _block(value, head + " ", lines)


def _item(item: Plain, indent: str, lines: list[str]) -> None:
    if isinstance(item, str) and _is_literal(item):
        _literal(f"{indent}-", item, indent + "  ", lines)
        return
    first = len(lines)
    _block(item, indent + "  ", lines)
    lines[first] = f"{indent}- {lines[first][len(indent) + 2 :]}"


def _is_literal(value: Plain) -> bool:
    """Whether a literal block can hold `value`: printable lines, the first of them neither empty nor indented."""
    if not isinstance(value, str) or "\n" not in value or value[0] in " \n":
        return False
    return value.replace("\n", "").isprintable()


def _literal(head: str, text: str, indent: str, lines: list[str]) -> None:
    body = text.rstrip("\n")
    trailing = len(text) - len(body)
    chomp = {0: "-", 1: ""}.get(trailing, "+")
    lines.append(f"{head} |{chomp}")
    lines.extend([indent + line if line else "" for line in body.split("\n")])
    lines.extend([""] * (trailing - 1))
