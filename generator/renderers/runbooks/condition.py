"""What a page says about a condition beyond the condition's own sentence."""

from generator.domain.alert import Alert
from generator.domain.conditions import Comparison, Condition, Level
from generator.domain.conditions.down import Down
from generator.domain.conditions.stalled import Stalled
from generator.domain.selector import Matching
from generator.renderers.runbooks.markdown import code, prose


def never_ends(condition: Condition) -> bool:
    """Whether it is meant to hold even while all is well."""
    return condition.holds(Level.WITHIN)


def normal(condition: Condition) -> str:
    """What the measured value looks like while all is well."""
    limit = condition.threshold
    if limit and not limit.value:
        return "0"
    if limit:
        side = "at or below" if limit.comparison is Comparison.ABOVE else "at or above"
        return f"{side} {limit.unit.show(limit.value)}"
    if isinstance(condition, Down) or never_ends(condition):
        return "1 or more"
    if isinstance(condition, Stalled):
        return "above 0, and so is what comes out"
    return "no result at all"


def memory(condition: Condition) -> str:
    """For how long trouble that is over can still be seen; a target that is back is seen at once."""
    return condition.window.in_words() if condition.window and not isinstance(condition, Down) else ""


def metrics(condition: Condition) -> list[str]:
    """Each metric that is read, with its help."""
    read = {selector.metric.name: selector.metric.help for selector in condition.selectors}
    return [f"{code(name)}: {prose(text)}" for name, text in read.items()]


def distinguishing(condition: Condition) -> list[str]:
    """Label keys by which two alerts of the same name differ."""
    fixed = {
        matcher.label
        for selector in condition.selectors
        for matcher in selector.matchers
        if matcher.matching is Matching.EQUAL
    }
    return [label for label in condition.labels if label not in fixed]


def origin(alert: Alert, document: str) -> str:
    """Where the alert comes from."""
    return f"{prose(document)}, “{prose(alert.source)}”" if alert.documented else f"Added by us. {prose(alert.source)}"
