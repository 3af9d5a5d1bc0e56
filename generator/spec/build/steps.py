"""`steps` and `procedures`: what a person does."""

from collections.abc import Iterator

from generator.domain.procedure import Action, Procedure, Section, Step
from generator.spec.entry import Entry


def read_steps(entry: Entry) -> tuple[Step, ...]:
    """The steps under an entry's `steps`."""
    raw = entry.raw("steps")
    return tuple(_step(item, entry, index) for index, item in enumerate(raw if isinstance(raw, list) else ()))


def _step(item: object, parent: Entry, index: int) -> Step:
    if isinstance(item, str):
        return Step(" ".join(item.split()))
    entry = Entry(item, (*parent.path, "steps", index), parent.notes)
    action = entry.child("action")
    body = action.raw("body")
    return Step(
        text=entry.text("text"),
        run=str(entry.raw("run") or "").strip(),
        action=Action(action.text("method"), action.text("path"), body if isinstance(body, dict) else None)
        if entry.has("action")
        else None,
    )


def read_procedures(spec: Entry) -> Iterator[Procedure]:
    """The procedures of the bundle; a name that stands twice is noted."""
    seen: set[str] = set()
    for entry in spec.children("procedures"):
        name = entry.text("name")
        if name in seen:
            entry.problem("name", f"procedure {name!r} stands here twice", "rename one of them")
        seen.add(name)
        yield Procedure(
            name=name,
            title=entry.text("title"),
            source=entry.text("source"),
            when=entry.text("when"),
            system=entry.text("system"),
            sections=tuple(Section(part.text("title"), read_steps(part)) for part in entry.children("sections")),
        )
