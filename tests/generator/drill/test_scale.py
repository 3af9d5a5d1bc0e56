"""How much faster than life a rehearsal may go."""

from dataclasses import replace

import pytest

from generator.domain.duration import Duration
from generator.domain.service import Service
from generator.drill.scale import check_scale
from generator.errors import TocsinError


@pytest.fixture
def at_life(ours: Service) -> Service:
    settings = replace(ours.settings, scrape_interval=Duration(30_000), evaluation_interval=Duration(30_000))
    return replace(ours, settings=settings, time_scale=1)


def test_thirty_seconds_at_six_hundred_times_the_speed_can_be_kept(at_life: Service) -> None:
    check_scale(at_life.scaled(600))


def test_faster_is_refused_with_the_largest_that_works(at_life: Service) -> None:
    with pytest.raises(TocsinError, match=r"leaves 30ms between two scrapes .* works with this spec is about 600"):
        check_scale(at_life.scaled(1_000))


def test_a_spec_that_looks_often_by_itself_is_taken_as_it_is(at_life: Service) -> None:
    often = replace(at_life, settings=replace(at_life.settings, evaluation_interval=Duration(20)))

    check_scale(often)
