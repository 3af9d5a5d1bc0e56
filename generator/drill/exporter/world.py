"""The stand-in world: all families by scrape job, and the breaches that are on."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from fractions import Fraction

from generator.domain.metric import Metric
from generator.domain.service import Service
from generator.domain.signal import Scripted, Series, Signal, Steady
from generator.drill.exporter.family import Family, family
from generator.drill.exporter.health import base_name, healthy_flows
from generator.drill.exporter.script import series_of, values_of
from generator.drill.exporter.track import Looping, Played, Track
from generator.drill.subject import Breach, Subject, burning, subjects
from generator.errors import TocsinError


class NotOurs(TocsinError):
    """What the alert looks at is scraped from something real, so that nothing would come of a breach here."""

    def __init__(self, alert: str, jobs: Sequence[str]) -> None:
        super().__init__(
            f"{alert} looks at {', '.join(jobs)}, which is scraped from the agent itself and not from this stand-in, "
            "so nothing would come of it. Make it true of the agent, as `tocsin rehearse` does with runs that fail; or "
            "let the stand-in play the agent: `tocsin up --no-agent`, or `tocsin drill` for one alert's whole way."
        )


class World:
    """Every watched system at once, healthy until told otherwise.

    Args:
        service: the whole, already scaled.
        now: the moment at which everything starts, in Unix seconds.
        elsewhere: the jobs that Prometheus scrapes from something real, so that nobody reads them here.
    """

    def __init__(self, service: Service, now: float, elsewhere: Collection[str] = ()) -> None:
        self._step = service.test_step
        self._metrics: dict[str, Metric] = {
            metric.name: metric for system in service.systems for metric in system.metrics
        }
        flows = healthy_flows(service, now)
        self._families = {name: family(metric, flows[name], now) for name, metric in self._metrics.items()}
        self._known: dict[str, Subject] = {each.name: each for each in (*burning(service), *subjects(service))}
        self._breached: dict[str, list[Track]] = {}
        self._started = now
        self.elsewhere = frozenset(elsewhere)

    @property
    def jobs(self) -> tuple[str, ...]:
        """Every job that can be scraped, sorted; jobs that push in production are scraped here as well."""
        named = {metric.job for metric in self._metrics.values()}
        return tuple(sorted(named | {each.breach.outage for each in self._known.values() if each.breach.outage}))

    @property
    def breached(self) -> tuple[str, ...]:
        """The alerts that are being provoked."""
        return tuple(self._breached)

    def is_away(self, job: str) -> bool:
        """Whether the job's target does not answer."""
        return any(self._known[name].breach.outage == job for name in self._breached)

    def text(self, job: str, now: float) -> str:
        """What a scrape of the job gets."""
        return "".join(f"{line}\n" for line in self._lines(job, now))

    def _lines(self, job: str, now: float) -> Iterator[str]:
        for each in self._families.values():
            if each.metric.job == job:
                yield from each.lines(now)

    def breach(self, name: str, now: float) -> None:
        """Let one alert's condition hold from now on.

        Raises:
            TocsinError: for a name that nobody knows.
            NotOurs: for an alert that looks at something real.
        """
        if name in self._breached:
            return
        subject = self._subject(name)
        if subject.jobs & self.elsewhere:
            raise NotOurs(name, sorted(subject.jobs & self.elsewhere))
        breach = subject.breach
        if breach.withdrawn:
            self._families[breach.withdrawn].hidden = True
        self._breached[name] = [track for signal in _telling(breach) for track in self._play(signal, now)]

    def heal(self, name: str, now: float) -> None:
        """Let it be healthy again; nothing, when it is already."""
        breach = self._subject(name).breach
        if name not in self._breached:
            return
        for track in self._breached.pop(name):
            track.heal(now)
        self._come_back(breach, now)

    def _come_back(self, breach: Breach, now: float) -> None:
        if breach.withdrawn:
            self._families[breach.withdrawn].hidden = False
        if not breach.outage:
            return
        for each in self._families.values():  # a process that went away has been started anew
            if each.metric.job == breach.outage:
                for track in each.all_tracks():
                    track.restart(now)

    def take(self, metric: str) -> None:
        """Stop standing in for a metric: its series go, and only those that something real holds come back.

        Raises:
            TocsinError: when the catalogue has no such metric.
        """
        self._family(metric).clear()

    def hold(self, series: Series, value: float, now: float) -> None:
        """Let one series stand at a value that something real has; it stays there until the next one.

        Raises:
            TocsinError: when the catalogue has no such metric.
        """
        for track in self._tracks(series, now):
            track.play(Steady(Fraction(value)), now)

    def _subject(self, name: str) -> Subject:
        if name not in self._known:
            raise TocsinError(f"there is no alert {name!r} that can be breached")
        return self._known[name]

    def _play(self, signal: Signal | Scripted, now: float) -> list[Track]:
        series, flow = self._scripted(signal) if isinstance(signal, Scripted) else (signal.series, signal.flow)
        tracks = self._tracks(series, now)
        for track in tracks:
            track.play(flow, now)
        return tracks

    def _scripted(self, script: Scripted) -> tuple[Series, Played]:
        return series_of(script), Looping(values_of(script), self._step)

    def _tracks(self, series: Series, now: float) -> list[Track]:
        return self._family(series.name).tracks(series.name, series.labels, now)

    def _family(self, name: str) -> Family:
        try:
            return self._families[base_name(name, self._metrics)]
        except LookupError as error:
            raise TocsinError(str(error)) from None


def _telling(breach: Breach) -> list[Signal | Scripted]:
    """The signals without counts of histograms whose buckets are played as well: the count is made of the buckets."""
    names = {signal.series.name for signal in breach.signals if isinstance(signal, Signal)}
    told = {f"{name.removesuffix('_bucket')}_count" for name in names if name.endswith("_bucket")}
    return [signal for signal in breach.signals if not (isinstance(signal, Signal) and signal.series.name in told)]


def labels_of(given: Mapping[str, object]) -> dict[str, str]:
    """Labels as they arrive over the wire."""
    return {str(name): str(value) for name, value in given.items()}
