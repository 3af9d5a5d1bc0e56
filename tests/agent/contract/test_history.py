"""What everybody who remembers values must do, run against the fake and the real Prometheus."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agent.adapters.json_api import Access
from agent.adapters.prometheus import Prometheus
from agent.domain.chart import Curve, Line, span
from agent.ports import History
from tests.agent.services.incidents.rehearsal import FakeHistory
from tests.past import needed, remembered

STEP = timedelta(seconds=30)
END = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=10)
HALF_AN_HOUR = span(END, timedelta(minutes=30))


@dataclass(frozen=True)
class Known:
    """Somebody who remembers the series `depth` of two queues: one grows by one a sample, one came late."""

    history: History


def values() -> dict[str, list[tuple[float, float]]]:
    moments = [END - STEP * (60 - place) for place in range(61)]
    growing = [(moment.timestamp(), float(place)) for place, moment in enumerate(moments)]
    late = [(moment.timestamp(), 7.0) for moment in moments[40:]]
    return {"grows": growing, "late": late}


def openmetrics() -> str:
    lines = ["# TYPE depth gauge"]
    for queue, points in values().items():
        lines += [f'depth{{queue="{queue}"}} {value} {at}' for at, value in points]
    return "\n".join([*lines, "# TYPE odd gauge", *(f"odd NaN {at}" for at, _ in values()["grows"]), "# EOF", ""])


@pytest.fixture(params=["fake", pytest.param("real", marks=needed)])
async def known(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Known]:
    if request.param == "fake":
        fake = FakeHistory()
        fake.known["depth"] = [Line({"queue": queue}, tuple(points)) for queue, points in values().items()]
        fake.known["odd"] = [Line({}, ())]
        yield Known(fake)
        return
    with remembered(tmp_path, openmetrics()) as url:
        client = Prometheus(Access(url))
        yield Known(client)
        await client.close()


async def test_every_series_comes_with_its_labels_and_its_values_in_order(known: Known) -> None:
    found = {line.labels["queue"]: line for line in await known.history.over(Curve("depth"), HALF_AN_HOUR)}

    assert found.keys() == {"grows", "late"}
    assert found["grows"].points[-1] == (END.timestamp(), 60.0)
    assert list(found["grows"].points) == sorted(found["grows"].points)


async def test_a_series_that_came_late_begins_late(known: Known) -> None:
    (late,) = [
        each for each in await known.history.over(Curve("depth"), HALF_AN_HOUR) if each.labels["queue"] == "late"
    ]

    assert late.points[0][0] >= values()["late"][0][0]


async def test_the_legend_of_the_curve_is_the_legend_of_its_lines(known: Known) -> None:
    assert {line.legend for line in await known.history.over(Curve("depth", "over 3h"), HALF_AN_HOUR)} == {"over 3h"}


async def test_what_is_not_known_has_no_lines(known: Known) -> None:
    assert list(await known.history.over(Curve("unheard_of"), HALF_AN_HOUR)) == []


async def test_what_is_no_number_has_no_points(known: Known) -> None:
    assert [line.points for line in await known.history.over(Curve("odd"), HALF_AN_HOUR)] == [()]


async def test_a_configured_one_says_so(known: Known) -> None:
    assert known.history.is_configured
