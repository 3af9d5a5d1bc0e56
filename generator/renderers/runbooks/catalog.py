"""`catalog.json`: the catalogue as the agent reads it and as the next version of the spec is compared with it."""

import json
from json.encoder import encode_basestring

from generator.artifact import Artifact
from generator.domain import names
from generator.domain.catalog import catalog
from generator.domain.service import Service

_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False)
_NESTED = (dict, list)


def catalog_file(service: Service) -> Artifact:
    """The catalogue, laid out so that a small change of the spec is a small change of the file."""
    return Artifact.at(names.CATALOG, _laid_out(catalog(service), ""))


def _laid_out(value: object, indent: str) -> str:
    """JSON in which a mapping or list of mere scalars stands on one line, and every other entry on its own."""
    if isinstance(value, str):
        return encode_basestring(value)
    deeper = indent + " "
    if isinstance(value, dict) and any(isinstance(part, _NESTED) for part in value.values()):
        parts = [f"{encode_basestring(key)}: {_laid_out(part, deeper)}" for key, part in value.items()]
        return "{\n" + ",\n".join(deeper + part for part in parts) + f"\n{indent}}}"
    if isinstance(value, list) and any(isinstance(part, _NESTED) for part in value):
        parts = [_laid_out(part, deeper) for part in value]
        return "[\n" + ",\n".join(deeper + part for part in parts) + f"\n{indent}]"
    return _ENCODER.encode(value)
