"""Holds our YAML to what a YAML library reads back, for any data and for the strings that are known to bite."""

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.emit import Plain, emit, emit_all, scalar

WORDS = [
    "y",
    "n",
    "Yes",
    "NO",
    "on",
    "off",
    "True",
    "false",
    "null",
    "~",
    "None",
    "_",
    "=",
    "<<",
    "---",
    "...",
    "-",
    "?",
]
NUMBERS_IN_WORDS = ["1", "-1", "+1", "1.5", ".5", "1.", "1e5", "1e+5", "0x1f", "0o17", "017", "1_000", "0b1", ".inf"]
TIMES = ["1:30", "12:30:45", "2001-01-01", "2001-01-01T00:00:00Z", "10m", "1h30m", "0s", "30d"]
SIGNS = [
    "a: b",
    "a:",
    ":a",
    "a #b",
    "#a",
    "- a",
    "? a",
    "!a",
    "&a",
    "*a",
    "%a",
    "@a",
    "`a`",
    "[a",
    "{a",
    "a,",
    "'a",
    '"a',
]
SPACES = ["", " ", " a", "a ", "a\tb", "\ta", "a\n", "\n", "a\n\n\n", "a\nb", " a\nb", "a\n  b\n", "a\n \nb", "a\r\nb"]
LETTERS = [
    "é",
    "日本",
    "😀",
    "a\x85b",
    "a\u2028b",
    "\ufeffa",
    "\x7f",
    "\x00",
    "\ue000",
    "\ufffe",
    "\\n",
    'a"b\\c',
    "x" * 200,
]
BITING = [*WORDS, *NUMBERS_IN_WORDS, *TIMES, *SIGNS, *SPACES, *LETTERS]

strings = st.text(max_size=20) | st.sampled_from(BITING)
scalars = strings | st.integers() | st.floats(allow_nan=False) | st.booleans() | st.none()
data = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(strings, inner, max_size=4),
    max_leaves=20,
)


def is_same(one: object, other: object) -> bool:
    """Equal, types and order of keys included."""
    return repr(one) == repr(other)


@pytest.mark.parametrize("loader", [yaml.SafeLoader, yaml.CSafeLoader], ids=["python", "libyaml"])
@settings(max_examples=150)
@given(data)
def test_what_is_emitted_is_read_back(loader: type[yaml.SafeLoader], value: Plain) -> None:
    text = emit(value)

    assert is_same(yaml.load(text, loader), value)  # noqa: S506 - both loaders are safe


@pytest.mark.parametrize("text", BITING, ids=ascii)
def test_a_biting_string_is_read_back_wherever_it_stands(text: str) -> None:
    value: Plain = {text: text, "list": [text, [text], {text: [text]}], "last": text}

    assert is_same(yaml.safe_load(emit(value)), value)
    assert yaml.safe_load(emit(text)) == text


@pytest.mark.parametrize(
    "number", [1e16, 1e-7, -1e22, 1.5e300, 5e-324, 0.1, 1e15, 10**30, -0.0, float("-inf")], ids=repr
)
def test_a_number_is_read_back_as_a_number(number: float) -> None:
    assert is_same(yaml.safe_load(emit([number])), [number])


def test_not_a_number_is_read_back() -> None:
    found = yaml.safe_load(emit([float("nan")]))

    assert str(found) == "[nan]"


@pytest.mark.parametrize(
    "text", ["up", "rate(x[5m])", "https://a.b/c", "critical", "10m", "sum by (le) (x) > 0.5", "a-b_c.d"]
)
def test_what_needs_no_quotes_has_none(text: str) -> None:
    assert scalar(text) == text


def test_text_of_several_lines_is_a_literal_block() -> None:
    text = emit({"run": "one\ntwo\n", "then": "three\nfour"})

    assert text == "run: |\n  one\n  two\nthen: |-\n  three\n  four\n"


def test_containers_nest_in_block_style_and_empty_ones_in_flow_style() -> None:
    text = emit({"a": {"b": [1, {"c": [], "d": {}}, ["x"]]}})

    assert text == "a:\n  b:\n    - 1\n    - c: []\n      d: {}\n    - - x\n"


def test_the_header_stands_above_as_comments() -> None:
    text = emit({"a": 1}, header="first\n\nsecond")

    assert text == "# first\n#\n# second\na: 1\n"


@settings(max_examples=60)
@given(st.lists(data, min_size=1, max_size=3))
def test_several_documents_are_read_back_from_one_text(values: list[Plain]) -> None:
    text = emit_all(values, header="about\n\nall")

    assert text.startswith("# about\n#\n# all\n")
    assert is_same(list(yaml.safe_load_all(text)), values)
