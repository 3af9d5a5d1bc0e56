"""What goes to Telegram reads as it was written: nothing in it hides, turns round or rings a terminal's bell."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from agent.adapters.telegram.forms import first_form, sound, width
from agent.adapters.telegram.render.html import line
from tests.agent.makers import make_message


def test_nothing_that_turns_the_direction_of_writing_or_is_no_letter_leaves() -> None:
    foreign = "\u202egpj.exe\u202c \u2066a\u2069 bell\x07 esc\x1b[31m del\x7f c1\x9b nul\0 half\ud800"

    assert sound(foreign) == "gpj.exe a bell esc[31m del c1 nul half?"
    assert line(foreign) == "gpj.exe a bell esc[31m del c1 nul half?"
    assert first_form(make_message(text=foreign)).text == sound(foreign)


def test_lines_tabs_and_the_marks_that_languages_need_are_kept() -> None:
    assert sound("a\n\tb\r\nc\rd") == "a\n\tb\nc\nd"
    for needed in ("\u200f\u05e9\u05dc\u05d5\u05dd", "\U0001f468\u200d\U0001f469", "caf\u0065\u0301", "\u00a0"):
        assert sound(needed) == needed


@given(st.text())
def test_a_sound_text_is_no_longer_than_it_was_and_stays_as_it_is(text: str) -> None:
    found = sound(text)

    assert width(found) <= width(text)
    assert sound(found) == found
    assert {letter for letter in found if unicodedata.category(letter) == "Cc"} <= {"\n", "\t"}
