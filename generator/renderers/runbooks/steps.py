"""Steps as a numbered list, with what is to be copied in blocks of their own."""

import re
from collections.abc import Iterable, Iterator, Sequence

from generator.domain.procedure import Action, Step
from generator.renderers.runbooks.markdown import code, compact, fence, prose

_PLACEHOLDER = re.compile(r"(?<!\$)\{[a-z_]+\}")
_KEY = "$TOKEN"
_HERE = "localhost"


def numbered(steps: Iterable[Step], first: int = 1) -> str:
    """The list."""
    return "\n".join(_item(f"{number}. ", step) for number, step in enumerate(steps, first)).rstrip()


def _item(marker: str, step: Step) -> str:
    indent = " " * len(marker)
    blocks = []
    if step.run:
        blocks.append(fence("sh", step.run, indent))
    if step.action:
        blocks.append(fence("http", _request(step.action), indent))
        if step.action.values:
            blocks.append("\n".join(f"{indent}{_value(*each)}" for each in step.action.values.items()))
    return "".join([marker, prose(step.text), *(f"\n\n{block.rstrip()}" for block in blocks), "\n" if blocks else ""])


def _value(name: str, meaning: str) -> str:
    return f"- {code(f'{{{name}}}')}: {prose(meaning)}"


def _request(action: Action) -> str:
    head = f"{action.method} {action.path}"
    return head if action.body is None else f"{head}\n\n{compact(action.body)}"


def remarks(steps: Sequence[Step]) -> str:
    """What has to be known before the first command is copied."""
    return "\n".join(_remarks(steps))


def _remarks(steps: Sequence[Step]) -> Iterator[str]:
    copied = [text for step in steps for text in _copied(step)]
    if any(_PLACEHOLDER.search(text) for text in copied):
        yield "Replace what stands in `{braces}`."
    if any(_KEY in text for text in copied):
        yield f"`{_KEY}` is your key for the agent's API."
    if any(_HERE in text for text in copied):
        yield f"Run commands that name `{_HERE}` on the machine of the program they ask."
    if any(step.action for step in steps):
        yield "The agent offers each request as a button under “Steps” of an incident, so that nobody has to type it."


def _copied(step: Step) -> Iterator[str]:
    yield step.run
    if step.action:
        yield _request(step.action)
