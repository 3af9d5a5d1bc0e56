"""What is charged to the machinery: only what a leg took beyond its own allowance, so never less than nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.domain.service import Service
from generator.drill.hops import Hop
from generator.drill.overhead import overhead
from generator.drill.subject import Subject, subjects

_SECONDS = st.floats(0, 500)


def named(service: Service, name: str) -> Subject:
    return next(subject for subject in subjects(service) if subject.name == name)


def test_what_is_within_scrape_evaluation_for_and_group_wait_is_no_overhead(ours: Service) -> None:
    found = named(ours, "HighApprovalBacklog")  # 0.5 s and 0.5 s, for 30 s, group wait 0.5 s

    assert overhead(ours, found, {Hop.PENDING: 0.4, Hop.FIRING: 30.4, Hop.TOLD: 30.9}) == 0


def test_an_early_scrape_does_not_pay_for_a_late_message(ours: Service) -> None:
    found = named(ours, "HighApprovalBacklog")

    assert overhead(ours, found, {Hop.PENDING: 0.1, Hop.FIRING: 30.1, Hop.TOLD: 30.8}) == pytest.approx(0.2)


def test_every_leg_counts(ours: Service) -> None:
    found = named(ours, "HighApprovalBacklog")

    assert overhead(ours, found, {Hop.PENDING: 1.1, Hop.FIRING: 31.3, Hop.TOLD: 32.2}) == pytest.approx(0.1 + 0.2 + 0.4)


def test_an_alerts_own_window_is_not_charged(ours: Service) -> None:
    found = named(ours, "OpenAgentsRuntimeHttp5xxRateHigh")  # looks back over 5 s, for 10 s

    assert overhead(ours, found, {Hop.PENDING: 5.9, Hop.FIRING: 15.9, Hop.TOLD: 16.4}) == pytest.approx(0)


def test_what_was_not_told_has_none(ours: Service) -> None:
    assert overhead(ours, named(ours, "HighApprovalBacklog"), {Hop.PENDING: 0.1, Hop.FIRING: 30.1}) is None


@given(pending=_SECONDS, waiting=_SECONDS, telling=_SECONDS)
def test_it_is_never_negative_and_never_more_than_all_of_it(
    ours: Service, pending: float, waiting: float, telling: float
) -> None:
    hops: dict[str, float] = {
        Hop.PENDING: pending,
        Hop.FIRING: pending + waiting,
        Hop.TOLD: pending + waiting + telling,
    }
    for subject in subjects(ours):
        found = overhead(ours, subject, hops)
        assert found is not None
        assert 0 <= found <= hops[Hop.TOLD] + 1e-6
