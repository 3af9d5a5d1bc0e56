"""Holds the reader of YAML to places, to YAML 1.2's plain scalars, and to refusing what is hostile before it costs."""

import re
from pathlib import Path

import pytest

from generator.spec import SpecError, load
from generator.spec.document import LARGEST, Data, parse

TEXT = """\
# a comment
first: 1
second:
  - a
  - {b: c, d: [e, f]}
"third key":
  deep: {er: x}
"""


def read(text: str) -> Data:
    """The data of a text."""
    return parse(text, "slo.yaml").data


def refused(text: str) -> str:
    """What is said of a text that is no spec."""
    with pytest.raises(SpecError) as caught:
        parse(text, "slo.yaml")
    return str(caught.value)


def refused_file(path: Path, content: bytes) -> str:
    """What is said of a file that is no spec."""
    path.write_bytes(content)
    with pytest.raises(SpecError) as caught:
        load(path)
    return str(caught.value).removeprefix(f"{path}:")


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ((), (1, 1)),
        (("first",), (2, 1)),
        (("second",), (3, 1)),
        (("second", 0), (4, 5)),
        (("second", 1, "b"), (5, 6)),
        (("second", 1, "d", 1), (5, 19)),
        (("third key", "deep", "er"), (7, 10)),
        (("third key", "missing"), (6, 1)),
        (("first", "deeper", 3), (2, 1)),
        (("nothing",), (1, 1)),
    ],
    ids=str,
)
def test_every_entry_knows_its_place_and_a_missing_one_that_of_what_is_around_it(
    path: tuple[str | int, ...], place: tuple[int, int]
) -> None:
    assert parse(TEXT, "slo.yaml").place(path) == place


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None), ("~", None), ("null", None), ("true", True), ("False", False),
        ("yes", "yes"), ("no", "no"), ("on", "on"), ("off", "off"), ("y", "y"), ("N", "N"),
        ("1", 1), ("-5", -5), ("+7", 7), ("0", 0), ("007", "007"), ("0x10", "0x10"), ("0o7", "0o7"),
        ("1_000", "1_000"), ("1__0", "1__0"), ("1_", "1_"), ("12345678901234567890", "12345678901234567890"),
        ("1.5", 1.5), ("1.", 1.0), (".5", 0.5), ("1e3", 1000.0), ("1.5E-3", 0.0015), ("1e999", "1e999"),
        ("9" * 400 + ".0", "9" * 400 + ".0"), (".inf", ".inf"), (".nan", ".nan"), ("-x", "-x"), ("+", "+"), (".", "."),
        ("1:30", "1:30"), ("2001-01-01", "2001-01-01"), ("10m", "10m"), ("2.42", 2.42), ("²", "²"), ("5%", "5%"),
        ('"1"', "1"), ("'true'", "true"), ("!!str 1", "1"), ("!!int 1", "1"), ("!!python/name:os.system x", "x"),
    ],
    ids=lambda value: ascii(value)[:24],
)  # fmt: skip
def test_a_plain_scalar_is_what_yaml_1_2_calls_it(text: str, value: Data) -> None:
    found = read(f"a: {text}\n")

    assert repr(found) == repr({"a": value})


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("1: x", ["1"]),
        ("true: x", ["true"]),
        ("~: x", ["~"]),
        ("yes: x", ["yes"]),
        ('"": x', [""]),
        ("é ü: x", ["é ü"]),
    ],
)
def test_a_key_is_the_word_that_stands_there(text: str, keys: list[str]) -> None:
    found = read(text)

    assert isinstance(found, dict)
    assert list(found) == keys


def test_an_alias_is_the_very_thing_that_its_anchor_names() -> None:
    assert read("a: &x {b: [1]}\nc: *x\n") == {"a": {"b": [1]}, "c": {"b": [1]}}


def test_windows_line_ends_and_a_byte_order_mark_are_no_trouble(tmp_path: Path) -> None:
    said = refused_file(tmp_path / "slo.yaml", b"\xef\xbb\xbfversion: 1\r\nbundel: {}\r\n")

    assert "2:1: bundel: unknown key 'bundel'; did you mean 'bundle'?" in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "1:1: the file is empty; write a spec; see docs/spec.md"),
        ("# only a comment\n", "1:1: the file is empty; write a spec; see docs/spec.md"),
        ("a: 1\nb: 2\na: 3\n", "3:1: a: this key stands here twice; keep one of them"),
        ("x:\n  a: 1\n  a: 2\n", "3:3: a: this key stands here twice; keep one of them"),
        ("1: a\n'1': b\n", "2:1: 1: this key stands here twice; keep one of them"),
        ("a: 1\n---\nb: 2\n", "2:1: holds more than one document; keep one document per file"),
        ("a: *x\n", "1:4: alias *x has no anchor before it; define the anchor first"),
        ("a: &x [*x]\n", "1:8: alias *x has no anchor before it; define the anchor first"),
        ("[a]: b\n", "1:1: a key that is no word; use a plain word as the key"),
        ("? {a: 1}\n: b\n", "1:3: a key that is no word; use a plain word as the key"),
        ("a:\n\tb: 1\n", "2:1: not valid YAML: found character that cannot start any token; mend the syntax here"),
        ("a: b: c\n", "1:5: not valid YAML: mapping values are not allowed in this context; mend the syntax here"),
        ("a: [1, 2\n", "2:1: not valid YAML: did not find expected ',' or ']'; mend the syntax here"),
        ("a: 'b\n", "2:1: not valid YAML: found unexpected end of stream; mend the syntax here"),
        ("a: @b\n", "1:4: not valid YAML: found character that cannot start any token; mend the syntax here"),
        ("a: 1\n b: 2\n", "2:3: not valid YAML: mapping values are not allowed in this context; mend the syntax here"),
        ("a: 1\nb: \x00\n", "2:1: not valid YAML: control characters are not allowed; remove the character"),
        ("a: 1\nb: \ud800\n", "2:1: half a character; save the file as UTF-8"),
        ("%YAML 9.9\n---\na: 1\n", "1:1: not valid YAML: found incompatible YAML document; mend the syntax here"),
    ],
    ids=lambda text: ascii(text)[:30],
)
def test_what_is_no_single_plain_document_is_refused_with_place_and_remedy(text: str, said: str) -> None:
    assert refused(text) == f"slo.yaml:{said}"


def test_all_doubled_keys_are_told_at_once() -> None:
    said = refused("a: 1\na: 2\nb: {c: 1, c: 2}\n")

    assert said.splitlines() == [
        "slo.yaml:2:1: a: this key stands here twice; keep one of them",
        "slo.yaml:3:11: c: this key stands here twice; keep one of them",
    ]


def test_a_bomb_of_aliases_is_refused_before_it_goes_off() -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    for name, inner in zip("bcdefghi", "abcdefgh", strict=True):
        lines.append(f"{name}: &{name} [{', '.join([f'*{inner}'] * 10)}]")

    assert "more than two million entries, aliases expanded; split the file" in refused("\n".join(lines))


@pytest.mark.parametrize(
    "text",
    ["[" * 100_000, "{a: " * 100_000, "a: " + "[" * 41 + "]" * 41, "".join(" " * i + "a:\n" for i in range(60))],
    ids=["brackets", "braces", "just too deep", "block style"],
)
def test_a_tower_is_refused_at_its_fortieth_floor(text: str) -> None:
    assert "nested more than 40 levels deep; flatten it" in refused(text)


def test_a_tower_built_of_aliases_is_as_high_as_one_built_of_brackets() -> None:
    lines = [f"x0: &x0 {'[' * 30}{']' * 30}", f"x1: &x1 {'[' * 30}*x0{']' * 30}"]

    assert "2:39: nested more than 40 levels deep" in refused("\n".join(lines))


def test_forty_levels_are_allowed() -> None:
    assert read("[" * 40 + "]" * 40)


def test_a_thousand_doubled_keys_are_enough() -> None:
    said = refused("a: 1\n" * 100_000)

    assert len(said.splitlines()) == 1001


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a: 1\nb: \xff\n", "2:1: not UTF-8: invalid start byte; save the file as UTF-8"),
        ("a: 1\n".encode("utf-16"), "1:1: not UTF-8: invalid start byte; save the file as UTF-8"),
        ("a: é\n".encode("latin-1"), "1:1: not UTF-8: invalid continuation byte; save the file as UTF-8"),
        (b"", "1:1: the file is empty; write a spec; see docs/spec.md"),
    ],
    ids=["a wrong byte", "UTF-16", "Latin-1", "empty"],
)
def test_a_file_in_another_encoding_is_refused_at_the_line(tmp_path: Path, content: bytes, said: str) -> None:
    assert refused_file(tmp_path / "slo.yaml", content) == said


def test_fifty_megabytes_are_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "slo.yaml"
    with path.open("wb") as file:
        file.truncate(50_000_000)

    with pytest.raises(SpecError) as caught:
        load(path)

    assert str(caught.value) == f"{path}:1:1: the file has 50 MB; a spec has at most 16 MB; split it"
    assert LARGEST < 50_000_000


def test_a_file_that_is_not_there_or_no_file_is_refused(tmp_path: Path) -> None:
    for path, why in ((tmp_path / "none.yaml", "No such file or directory"), (tmp_path, "Is a directory")):
        with pytest.raises(SpecError, match=re.escape(f"{path}:1:1: cannot be read: {why}; check the path")):
            load(path)
