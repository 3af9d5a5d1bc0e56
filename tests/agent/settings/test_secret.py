"""Holds secrets to hiding themselves."""

import pickle

import pytest

from agent.settings import Secret


@pytest.mark.parametrize(
    "text", [str(Secret("hush")), repr(Secret("hush")), f"{Secret('hush'):>9}", f"{[Secret('hush')]}"]
)
def test_no_way_of_printing_shows_it(text: str) -> None:
    assert "hush" not in text


def test_an_empty_secret_is_false() -> None:
    assert not Secret("")
    assert Secret("x")


def test_it_is_never_pickled() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(Secret("hush"))


def test_it_compares_by_text() -> None:
    assert len({Secret("a"), Secret("a"), Secret("b")}) == 2
    assert Secret("a").matches("a")
    assert not Secret("a").matches("b")
