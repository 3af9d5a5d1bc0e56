"""From a template to a page: the one place that knows Jinja."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TypeAlias

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from generator.artifact import HEADER, Artifact

_TEMPLATES = Path(__file__).parent / "templates"


Values: TypeAlias = dict[str, object]
"""What a template may name. Text that comes from the spec must be Markdown already: see `markdown`."""


def page(path: str, template: str, values: Mapping[str, object]) -> Artifact:
    """A page made from a template, under the bundle's header."""
    return Artifact.at(path, f"<!-- {HEADER} -->\n\n" + _template(template).render(values))


@cache
def _template(name: str) -> Template:
    return _environment().get_template(f"{name}.md.j2")


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        autoescape=False,  # noqa: S701  Markdown, not HTML: `markdown.prose` escapes what Markdown would interpret
    )
