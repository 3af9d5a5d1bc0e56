"""Charts as pictures: drawn by a real process whatever is in them, and a sentence where that fails."""

import os
import struct
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.adapters.painting import MatplotlibPainter, is_installed, painter
from agent.adapters.painting.paper import read, written
from agent.domain.chart import Chart, Curve, Line, Measure, Threshold, span
from agent.errors import MonitoringError

pytestmark = pytest.mark.skipif(not is_installed(), reason="matplotlib is missing: pip install 'tocsin[charts]'")

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
ASKED = span(NOON, timedelta(hours=6))
TEXTS = st.text(max_size=30)
VALUES = st.floats(allow_nan=False, allow_infinity=False)


def line(*values: float, fires: bool = False, **labels: str) -> Line:
    start, step = ASKED.start.timestamp(), ASKED.step.total_seconds()
    return Line(labels, tuple((start + place * step, value) for place, value in enumerate(values)), fires=fires)


def chart(*lines: Line, threshold: float | None = 0.2, **more: object) -> Chart:
    limit = None if threshold is None else Threshold(threshold, f"above {threshold}")
    drawn = Chart(
        title="HighRunFailureRate",
        subtitle="More than 20 % of the newest 300 runs failed",
        measure=Measure((Curve("x"),), "ratio", limit),
        lines=lines,
        start=ASKED.start,
        end=ASKED.end,
        step=ASKED.step,
        fired=((NOON - timedelta(hours=1), None),),
    )
    return replace(drawn, **more)  # type: ignore[arg-type] # any field


def size(picture: bytes) -> tuple[int, int]:
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", picture[16:24])
    return width, height


async def test_a_chart_becomes_a_picture_as_wide_as_a_phone_shows_it(tmp_path: Path) -> None:
    picture = await MatplotlibPainter(tmp_path).paint(chart(line(0.1, 0.3)))

    assert size(picture) == (1280, 640)


@given(
    title=TEXTS,
    labels=st.dictionaries(TEXTS, TEXTS, max_size=3),
    values=st.lists(VALUES, min_size=1, max_size=5),
    threshold=st.none() | VALUES,
    unit=st.sampled_from(["ratio", "seconds", "bytes", "milliseconds", "runs", ""]),
)
def test_every_chart_survives_the_way_to_the_process_that_draws_it(
    title: str, labels: dict[str, str], values: list[float], threshold: float | None, unit: str
) -> None:
    limit = None if threshold is None else Threshold(threshold, title)
    drawn = chart(replace(line(*values), labels=labels), title=title, measure=Measure((Curve(title),), unit, limit))

    assert read(written(drawn)) == drawn


@pytest.mark.parametrize(
    "drawn",
    [
        chart(replace(line(0.1, 0.3), labels={"_hidden": "$x_{", "leer": "日本 🔥 \N{ZERO WIDTH JOINER}"})),
        chart(line(5.0), threshold=None),
        chart(line(1e300, -1e300), line(0.0)),
        chart(line(1e-300, 0.0), threshold=0.0),
        chart(*(line(float(n), fires=n == 3, queue=str(n)) for n in range(12)), hidden=88),
        chart(line(0.1), title="$$" * 200, subtitle="\n".join(["much"] * 200)),
        chart(line(0.1), fired=()),
        chart(line(0.1), fired=((NOON - timedelta(days=9), NOON - timedelta(hours=1)),)),
        chart(line(0.0, 0.0), measure=Measure((Curve("x"),), "runs", Threshold(0.0, "above 0 runs"))),
    ],
)
def test_whatever_is_in_a_chart_it_can_be_drawn(drawn: Chart) -> None:
    from agent.adapters.painting.picture import png  # noqa: PLC0415 - matplotlib may be missing

    assert size(png(drawn)) == (1280, 640)


def test_a_gap_in_what_is_known_is_a_gap_in_the_line_and_the_threshold_goes_through() -> None:
    import numpy  # noqa: PLC0415, ICN001 - as above
    from matplotlib.figure import Figure  # noqa: PLC0415 - as above

    from agent.adapters.painting import picture  # noqa: PLC0415 - as above

    axes = Figure().add_subplot()
    whole = line(*[0.1] * 20)
    picture._plot(axes, chart(replace(whole, points=(*whole.points[:5], *whole.points[15:]))))
    drawn, threshold = axes.get_lines()
    assert numpy.isnan(numpy.asarray(drawn.get_ydata())).sum() == 1
    assert numpy.asarray(threshold.get_ydata()).tolist() == [0.2, 0.2]
    assert threshold.get_label() == "threshold: above 0.2"


def test_what_fires_is_coloured_and_what_stands_beside_it_is_grey() -> None:
    from matplotlib.figure import Figure  # noqa: PLC0415 - as above

    from agent.adapters.painting import picture  # noqa: PLC0415 - as above

    axes = Figure().add_subplot()
    picture._plot(axes, chart(line(0.3, fires=True, queue="a"), line(0.1, queue="b"), threshold=None))
    assert [each.get_color() == picture._BESIDE for each in axes.get_lines()] == [False, True]
    assert [each.get_label() for each in axes.get_lines()] == ["queue=a", "queue=b"]


async def test_the_drawing_process_is_told_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "123:secret")

    assert "TELEGRAM_BOT_TOKEN" not in MatplotlibPainter(tmp_path)._environment()


async def test_without_matplotlib_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(painter, "is_installed", lambda: False)
    with pytest.raises(MonitoringError, match=r"pip install 'tocsin\[charts\]'"):
        await MatplotlibPainter(tmp_path).paint(chart(line(0.1)))


@pytest.fixture
def python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Has a script in the place of the Python that draws."""

    def replaced(script: str) -> None:
        program = tmp_path / "python"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        monkeypatch.setattr(sys, "executable", str(program))

    return replaced


async def test_a_process_that_fails_costs_the_picture_and_its_words_go_to_the_log(
    tmp_path: Path, python: Callable[[str], None], caplog: pytest.LogCaptureFixture
) -> None:
    python("cat >/dev/null; echo no font >&2; exit 3")
    with pytest.raises(MonitoringError, match="could not be drawn; the log has the reason"):
        await MatplotlibPainter(tmp_path).paint(chart(line(0.1)))
    assert [getattr(record, "reason", "") for record in caplog.records] == ["no font\n"]


async def test_a_process_that_never_ends_is_ended(tmp_path: Path, python: Callable[[str], None]) -> None:
    python(f"echo $$ > {tmp_path}/pid; exec sleep 600")
    with pytest.raises(MonitoringError, match=r"was not drawn within 0\.5 s"):
        await MatplotlibPainter(tmp_path, timeout_seconds=0.5).paint(chart(line(0.1)))
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


async def test_a_python_that_is_gone_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "none"))
    with pytest.raises(MonitoringError, match="could not be drawn"):
        await MatplotlibPainter(tmp_path).paint(chart(line(0.1)))


def test_the_agent_never_loads_matplotlib() -> None:
    loaded = "import sys, agent.app.service, agent.cli.main; print('matplotlib' in sys.modules, 'numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)

    assert done.stdout == "False False\n"
