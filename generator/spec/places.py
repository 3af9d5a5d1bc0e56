"""Where parts of a spec stand, kept for what only rendering can find wrong."""

from collections.abc import Mapping

from generator.spec.document import Document, Path
from generator.spec.schema import shown

PARTS: Mapping[str, Path] = {
    "bundle": ("bundle",),
    "repository": ("bundle", "repository"),
    "deployment": ("bundle", "deployment"),
    "namespaces": ("bundle", "deployment", "namespaces"),
    "secrets": ("bundle", "deployment", "secrets"),
    "routing": ("routing",),
    "procedures": ("procedures",),
}


def places(document: Document, source: str) -> Mapping[str, str]:
    """`file:line:column: path` of each part, and of `system NAME`; of a part that is left out, where it would be."""
    found = dict(PARTS)
    data = document.data
    systems = data.get("systems") if isinstance(data, dict) else None
    for index, system in enumerate(systems if isinstance(systems, list) else ()):
        if isinstance(system, dict):
            found[f"system {system.get('name')}"] = ("systems", index, "name")
    return {key: "{}:{}:{}: {}".format(source, *document.place(path), shown(path)) for key, path in found.items()}
