"""The SDK's model to JSON text, as `json.dumps(model, cls=JSONEncoder, indent=2, sort_keys=True)` writes it.

Written out because indenting takes the standard encoder off its C path, which costs more than all the rest of
rendering a dashboard. `tests/generator/renderers/test_grafana.py` holds the two equal.
"""

from json.encoder import encode_basestring

from grafana_foundation_sdk.cog.encoder import JSONEncoder

_plain = JSONEncoder().default
_number = JSONEncoder().encode
_WORDS = {None: "null", True: "true", False: "false"}


def encoded(node: object, margin: str = "\n") -> str:
    """JSON text of a model, a mapping with string keys, a list or a scalar; `margin` starts each of its lines."""
    if isinstance(node, str):
        return encode_basestring(node)
    if isinstance(node, dict):
        inner = margin + "  "
        parts = [f"{encode_basestring(key)}: {encoded(value, inner)}" for key, value in sorted(node.items())]
        return f"{{{inner}{f',{inner}'.join(parts)}{margin}}}" if parts else "{}"
    if isinstance(node, list):
        inner = margin + "  "
        return f"[{inner}{f',{inner}'.join(encoded(item, inner) for item in node)}{margin}]" if node else "[]"
    if node is None or isinstance(node, bool):
        return _WORDS[node]
    if isinstance(node, int | float):
        return _number(node)
    return encoded(_plain(node), margin)
