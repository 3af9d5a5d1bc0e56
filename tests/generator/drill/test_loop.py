"""The loop by the spec's own numbers: how many runs fail, how long is waited, and what cannot be told beforehand."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from generator.domain.alert import Alert
from generator.domain.conditions.threshold import Comparison
from generator.domain.conditions.value import Value
from generator.domain.duration import Duration
from generator.domain.service import Service
from generator.drill.hops import Hop
from generator.drill.loop import Loop
from generator.drill.loop.measure import ALERT, NEWEST, Runs, runs_for
from generator.drill.loop.moments import Moment, hops
from generator.drill.loop.patience import SLACK, patience
from generator.drill.subject import subjects
from generator.errors import TocsinError

SISTER = "CriticalRunFailureRate"


def changed(service: Service, name: str, /, **changes: object) -> Service:
    """The service with one alert that is otherwise."""

    def mend(alert: Alert) -> Alert:
        return replace(alert, **changes) if alert.name == name else alert  # type: ignore[arg-type] # any of its fields

    systems = [replace(system, alerts=tuple(map(mend, system.alerts))) for system in service.systems]
    return replace(service, systems=tuple(systems))


def limited(service: Service, name: str, share: Fraction, comparison: Comparison = Comparison.ABOVE) -> Service:
    when = next(alert.when for alert in service.alerts if alert.name == name)
    assert isinstance(when, Value)
    return changed(service, name, when=replace(when, limit=replace(when.limit, value=share, comparison=comparison)))


def test_as_committed_two_of_seven_fail_and_the_critical_sister_is_not_called(ours: Service) -> None:
    assert runs_for(ours) == Runs(5, 2, 4)


@given(share=st.fractions(Fraction(1, 250), Fraction(99, 100)), sister=st.fractions(Fraction(1, 250), Fraction(1)))
def test_whatever_the_threshold_the_runs_cross_it_and_come_back(
    ours: Service, share: Fraction, sister: Fraction
) -> None:
    assume(float(share) != float(sister))
    found = runs_for(limited(limited(ours, ALERT, share), SISTER, sister))

    assert found.worst > share
    assert Fraction(found.failed, found.total) < share
    assert found.total <= NEWEST
    assert found.failed < 5  # in a row, and the agent starts nothing for a while
    assert found.calls_sister == (share < sister < found.worst)


@pytest.mark.parametrize(("share", "worst"), [("5%", 0.5), ("20%", 0.5), ("30%", 0.5), ("45%", 0.5)])
def test_a_sister_that_can_be_left_alone_is(ours: Service, share: str, worst: float) -> None:
    found = runs_for(limited(ours, ALERT, Fraction(int(share[:-1]), 100)))

    assert (found.calls_sister, found.worst <= worst) == (False, True)


@pytest.mark.parametrize("share", [Fraction(0), Fraction(1, NEWEST), Fraction(1)])
def test_what_no_three_hundred_runs_cross_and_come_back_from_is_refused(ours: Service, share: Fraction) -> None:
    with pytest.raises(TocsinError, match="the loop cannot be told with HighRunFailureRate above"):
        runs_for(limited(ours, ALERT, share))


def test_a_rate_that_is_too_low_is_nothing_that_failing_runs_breach(ours: Service) -> None:
    with pytest.raises(TocsinError, match="the loop makes runs fail, so HighRunFailureRate has to be of the kind"):
        runs_for(limited(ours, ALERT, Fraction(1, 10), Comparison.BELOW))


def test_a_spec_without_the_alert_is_told_what_to_do(ours: Service) -> None:
    with pytest.raises(TocsinError, match="no such alert; put it back, or rehearse another one with `tocsin drill"):
        runs_for(changed(ours, ALERT, name="Other"))


def test_a_longer_for_is_waited_for(ours: Service) -> None:
    slow = changed(ours, ALERT, wait=Duration(30_000))
    quick, patient = (
        patience(each, next(one for one in subjects(each) if one.name == ALERT), Runs(5, 2, 4)) for each in (ours, slow)
    )

    assert patient.for_(Moment.FIRING) == pytest.approx(30 + 0.5 + SLACK)
    assert patient.bound - quick.bound == pytest.approx(25)
    assert quick.bound < 60


def test_what_nobody_would_look_on_for_is_refused_with_the_scale_that_does(ours: Service, tmp_path: Path) -> None:
    slow = changed(ours, ALERT, wait=Duration(3 * 3_600_000))
    loop = Loop(slow, tmp_path / "slo.yaml", tmp_path / "report", lambda _: None, lambda _: None)

    with pytest.raises(TocsinError, match=r"may take 181 minutes.*--time-scale 370 or more does"):
        _ = loop.plot

    assert not (tmp_path / "report").exists()


def test_hops_mean_what_they_mean_in_a_drill() -> None:
    seen = {Moment.WORK: 1.0, Moment.FAILED: 2.0, Moment.PENDING: 3.0, Moment.TOLD: 9.5}
    back = {Moment.HEALED: 12.0, Moment.CALM: 12.5, Moment.RESOLVED: 16.0}

    assert hops(seen | back) == {Hop.PENDING: 1.0, Hop.TOLD: 7.5, Hop.CALM: 0.5, Hop.RESOLVED: 4.0}
