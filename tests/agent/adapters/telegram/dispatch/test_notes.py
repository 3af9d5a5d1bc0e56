"""Short things to say: whatever is in them, they fit into one message that Telegram takes."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from agent.adapters.telegram.forms import width
from agent.adapters.telegram.render import notes
from agent.adapters.telegram.render.html import LIMIT
from agent.domain.audit import AGENT, API, Audited
from agent.ports import Words
from agent.sandbox.html_mode import parse_html
from agent.services.projects import Scanned
from tests.agent.makers import NOON, make_project, make_session

WILD = st.one_of(
    st.text(st.characters(), max_size=60),
    st.builds(lambda piece: piece * 5000, st.sampled_from(["&", "<b>", "x", "🙂", "\ud83d", "a "])),
)


def shown(words: Words) -> str:
    assert width(words.text) <= LIMIT
    text: str = parse_html(words.text).text
    assert text.strip()
    return text


@given(WILD, WILD, st.integers(0, 300))
def test_every_note_fits(word: str, other: str, count: int) -> None:
    session = make_session(id=word or "S1", project_id=other, profile=word)
    shown(notes.put_off(word))
    shown(notes.using(session))
    shown(notes.choose_project([make_project(id=word)] * count))
    shown(notes.saved(session, word, count))
    shown(notes.file(word, count))
    shown(notes.scanned(Scanned(count, (word,) * count, (other,) * count, (word, other))))
    shown(notes.configured([(word, other)] * count))
    entry = Audited(7, word, other, word, NOON)
    shown(notes.audit([entry, replace(entry, actor=API), replace(entry, actor=AGENT)] * count))


def test_who_did_something_without_being_a_person_has_a_name() -> None:
    entry = Audited(API, "job.created", "r1", "", NOON)
    assert "API job.created r1" in shown(notes.audit([entry]))
    assert "agent job.created r1" in shown(notes.audit([replace(entry, actor=AGENT)]))
