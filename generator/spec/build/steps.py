"""`steps` and `procedures`: what a person does."""

from collections.abc import Iterator

from generator.domain.procedure import Action, Procedure, Section, Step
from generator.spec.entry import Entry
from generator.spec.problems import did_you_mean


def read_steps(entry: Entry) -> tuple[Step, ...]:
    """The steps under an entry's `steps`."""
    raw = entry.raw("steps")
    return tuple(_step(item, entry, index) for index, item in enumerate(raw if isinstance(raw, list) else ()))


def _step(item: object, parent: Entry, index: int) -> Step:
    if isinstance(item, str):
        return Step(" ".join(item.split()))
    entry = Entry(item, (*parent.path, "steps", index), parent.notes)
    return Step(
        text=entry.text("text"),
        run=str(entry.raw("run") or "").strip(),
        action=_action(entry.child("action")) if entry.has("action") else None,
    )


def _action(entry: Entry) -> Action:
    body, values = entry.raw("body"), entry.child("values")
    action = Action(
        method=entry.text("method"),
        path=entry.text("path"),
        body=body if isinstance(body, dict) else None,
        values={key: values.text(key) for key in values.keys},
    )
    for name in action.values:
        if name not in action.placeholders:
            remedy = did_you_mean(name, action.placeholders)
            values.problem(name, f"there is no placeholder {{{name}}} in path and body", remedy)
    return action


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
