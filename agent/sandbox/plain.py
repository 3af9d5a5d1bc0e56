"""The shape of JSON as Python sees it."""

from typing import Any, TypeAlias

JsonObject: TypeAlias = dict[str, Any]
