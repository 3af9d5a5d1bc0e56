"""The seven truths that are proven of every alert, whatever its condition.

No check falls on the edge of a range, so they hold in Prometheus 2, whose ranges include their left edge, and 3, whose
ranges do not.
"""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

from generator.domain.alert import Alert
from generator.domain.case import Case, Check, fires_at_all, firing
from generator.domain.conditions import Level, PromqlExpression
from generator.domain.duration import Duration
from generator.domain.signal import Series, Signal
from generator.domain.timeline import Phase, played


class Truth(StrEnum):
    """What is proven, in the words that test files and reports use."""

    FIRES = "fires beyond the threshold"
    SILENT_AT = "is silent at the threshold"
    SILENT_WITHIN = "is silent within the threshold"
    WAITS = "does not fire before its time"
    CLEARS = "clears afterwards"
    IDLE = "is right on an idle system"
    ABSENT = "is right on absent data"


_MOST_SAMPLES = 360
_BEATS = (1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 240, 360, 480, 720, 1440)
"""By how much sampling may be coarsened, so that windows of whole hours and days hold whole samples."""


def sampling(alert: Alert, step: Duration) -> Duration:
    """How often the cases of an alert are sampled: every `step`, or less often where it looks back for hours.

    Every sample is an evaluation of every rule; with a sample a minute, a window of days would take a server's time.
    """
    length = alert.when.window + alert.wait + alert.keep_firing
    fine = [beat for beat in _BEATS if (step * beat * _MOST_SAMPLES) >= length] or [_BEATS[-1]]
    whole = [beat for beat in fine if not alert.when.window.milliseconds % (step * beat).milliseconds]
    return step * (whole or fine)[0]


def alert_cases(alert: Alert, step: Duration) -> Iterator[Case]:
    """All seven cases of one alert, sampled every `step` or as `sampling` says."""
    return iter(_Cases(alert, sampling(alert, step)))


class _Cases:
    def __init__(self, alert: Alert, step: Duration) -> None:
        self._alert = alert
        self._step = step
        self._wait = alert.wait.round_up(step)
        # Long enough for windows to hold nothing but the current phase, and for what they held before to be over.
        self._settle = alert.when.window.round_up(step) + alert.keep_firing.round_up(step) + step * 2

    def __iter__(self) -> Iterator[Case]:
        steady = {
            Truth.FIRES: Level.BREACHED,
            Truth.SILENT_AT: Level.AT_THRESHOLD,
            Truth.SILENT_WITHIN: Level.WITHIN,
            Truth.IDLE: Level.IDLE,
            Truth.ABSENT: Level.ABSENT,
        }
        end = self._settle + self._wait + self._step * 2
        for truth, level in steady.items():
            phase, check = self._phase(level, end + self._step), self._expect(level, end)
            yield self._with_siblings(phase, end) if truth is Truth.FIRES else self._case(truth, [phase], [check])
        if not isinstance(self._alert.when, PromqlExpression):  # its examples are whole timelines already
            yield self._waits()
            yield self._clears()

    def _with_siblings(self, phase: Phase, end: Duration) -> Case:
        """Beyond the threshold with one value of a label and with another: an alert for each, and neither hides one."""
        siblings = self._alert.when.siblings(self._step)
        further = [
            Signal(Series(signal.series.name, {**signal.series.labels, **labels}), signal.flow)
            for labels in siblings
            for signal in phase.signals
            if isinstance(signal, Signal)
        ]
        both = Phase((*phase.signals, *further), phase.length)
        return self._case(Truth.FIRES, [both], [self._expect(Level.BREACHED, end, siblings)])

    def _waits(self) -> Case:
        """From within to beyond: silent until `for` has passed, firing soon after."""
        start = self._settle
        end = start + self._settle + self._wait + self._step * 2
        phases = [self._phase(Level.WITHIN, start), self._phase(Level.BREACHED, end - start + self._step)]
        too_early = start + (self._wait - self._step if self._wait else Duration(0) - self._step)
        return self._case(
            Truth.WAITS, phases, [self._expect(Level.WITHIN, too_early), self._expect(Level.BREACHED, end)]
        )

    def _clears(self) -> Case:
        """From beyond to within: firing, then silent as soon as nothing in the window is beyond."""
        turn = self._settle + self._wait + self._step * 2
        end = turn + self._settle + self._step * 2
        phases = [self._phase(Level.BREACHED, turn), self._phase(Level.WITHIN, end - turn + self._step)]
        return self._case(
            Truth.CLEARS, phases, [self._expect(Level.BREACHED, turn - self._step), self._expect(Level.WITHIN, end)]
        )

    def _phase(self, level: Level, length: Duration) -> Phase:
        return Phase(self._alert.when.stimulus(level, self._step), length)

    def _expect(self, level: Level, at: Duration, siblings: Sequence[Mapping[str, str]] = ()) -> Check:
        if not self._alert.when.holds(level):
            return firing(self._alert.name, at)
        if isinstance(self._alert.when, PromqlExpression):
            return fires_at_all(self._alert.name, at)
        results = (self._alert.when.result_labels(self._step), *siblings)
        return firing(self._alert.name, at, *({**result, **self._alert.labels} for result in results))

    def _case(self, truth: Truth, phases: list[Phase], checks: list[Check]) -> Case:
        return Case(self._alert.name, truth, self._step, played(phases, self._step), checks)
