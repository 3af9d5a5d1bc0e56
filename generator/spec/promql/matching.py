"""How the series of two sides find one another.

Source: https://prometheus.io/docs/prometheus/latest/querying/operators/#vector-matching.
"""

import promql_parser as parser

from generator.spec.problems import did_you_mean
from generator.spec.promql.findings import Find
from generator.spec.promql.reading import SET_OPERATORS

Labels = frozenset[str]
_ONE = parser.VectorMatchCardinality.OneToOne
_RIGHT_IS_MANY = parser.VectorMatchCardinality.OneToMany


def matched(node: parser.BinaryExpr, left: Labels, right: Labels, find: Find) -> Labels:
    """The labels of what a binary operator gives for two vectors; sides that cannot meet are found."""
    operator = str(node.op)
    if operator == "or":
        return left | right
    matching = node.modifier.matching if node.modifier else None
    if matching is None:
        _same(operator, left, right, find)
        return left
    named = frozenset(matching.labels)
    if matching.type == parser.LabelModifierType.Include:
        if not _all_there(named, left, right, find):
            return left
        keys = named
    else:
        keys = (left | right) - named
    if operator in SET_OPERATORS:
        return left
    return _grouped(node, keys, left, right, find)


def _same(operator: str, left: Labels, right: Labels, find: Find) -> None:
    if left != right:
        find(
            f"the sides of '{operator}' have different labels ({listed(left)} and {listed(right)}) and never match",
            "aggregate both by the same labels, or say on (...)",
        )


def _all_there(named: Labels, left: Labels, right: Labels, find: Find) -> bool:
    """A label that one side lacks is empty there, so nothing on the other side ever matches it."""
    for label in sorted(named - (left & right)):
        which = "neither side has" if label not in left | right else f"the {_lacking(label, left)} side does not have"
        find(f"matches on {label!r}, which {which}", did_you_mean(label, left & right or left | right))
    return named <= left & right


def _lacking(label: str, left: Labels) -> str:
    return "right" if label in left else "left"


def _grouped(node: parser.BinaryExpr, keys: Labels, left: Labels, right: Labels, find: Find) -> Labels:
    """Arithmetic and comparisons: series of the "one" side must be told apart by the matched labels alone."""
    if node.modifier is None:  # the caller has seen one; without it both sides must be equal anyway
        return left
    card, added = node.modifier.card, frozenset(node.modifier.group_labels or ())
    if card == _ONE:
        for side, labels in (("left", left), ("right", right)):
            _unique(str(node.op), side, labels - keys, find)
        return keys
    one, many = (left, right) if card == _RIGHT_IS_MANY else (right, left)
    _unique(str(node.op), "left" if card == _RIGHT_IS_MANY else "right", one - keys - added, find)
    return many | added


def _unique(operator: str, side: str, dropped: Labels, find: Find) -> None:
    if dropped:
        find(
            f"the {side} side of '{operator}' has labels that are not matched ({listed(dropped)}), "
            "so several of its series can meet one",
            f"aggregate it without them, or say {'group_left ()' if side == 'left' else 'group_right ()'}",
        )


def listed(labels: Labels) -> str:
    """Label keys in a sentence."""
    return ", ".join(sorted(labels)) or "none"
