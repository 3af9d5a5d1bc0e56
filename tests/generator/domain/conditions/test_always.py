"""`always`: the watchdog."""

from generator.domain.conditions import Level
from generator.domain.conditions.always import Always
from tests.generator.domain.conditions.levels import MINUTE, held
from tests.generator.specs import condition, refusal

WHEN = "{always: {}}"


def test_it_needs_no_data() -> None:
    found = condition(WHEN)

    assert found.expression == "vector(1)"
    assert found.selectors == ()
    assert found.stimulus(Level.BREACHED, MINUTE) == ()


def test_it_holds_whatever_happens() -> None:
    assert held(condition(WHEN)) == set(Level)


def test_the_sentence_says_that_this_is_as_it_should_be() -> None:
    assert condition(WHEN).sentence == "rules are being evaluated, which should always be so"


def test_it_cannot_be_faster_than_always() -> None:
    assert condition(WHEN).scaled(60) == Always()


def test_a_threshold_is_refused() -> None:
    assert refusal("{always: {}, above: 1}").startswith("this kind of condition takes no such threshold; remove it")
