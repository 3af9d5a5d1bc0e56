"""What one evaluation of one objective reads on a real Prometheus with thirty days of data, beside raw-window rules."""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks import history
from benchmarks.backfill import import_openmetrics, in_order, read_over_range, record
from benchmarks.contenders import ours, sloth
from benchmarks.report import Goal, shown, table
from benchmarks.server import Answer, Server, missing, serving
from generator.domain.rule import RecordingRule, Rule

SHARE = 1 / 40
DEVIATION = 0.01
EVALUATION = 30
_HOURLY = 300
_RECENT = 900
_MONTH = "slo:sli_error:ratio_rate30d"


def measure() -> Iterator[Goal]:
    """Print the tables and give the goals; none when Prometheus is not installed."""
    if programs := missing():
        print(f"\nSKIPPED rule-cost: {' and '.join(programs)} not found; Debian: apt-get install prometheus")
        return
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder, "data")
        _fill(data)
        with serving(data) as server:
            yield from _compare(server)


def _fill(data: Path) -> None:
    text = data.with_name("raw.om")
    history.write(text)
    import_openmetrics(text, data)
    text.unlink()
    for rules in (ours(), sloth()):
        recordings = [rule for rule in rules if isinstance(rule, RecordingRule)]
        past = read_over_range([rule.expression for rule in rules])
        for step in in_order(recordings):
            _record_all(data, [rule for rule in step if rule.record in past], history.START)
            _record_all(data, [rule for rule in step if rule.record not in past], history.END - _RECENT)


def _record_all(data: Path, rules: Sequence[RecordingRule], start: int) -> None:
    """Record as often as a server would, but hours only every five minutes: once an hour they are read."""
    for rule in rules:
        every = _HOURLY if rule.record.endswith("1h") else EVALUATION
        record(data, [rule], start, history.END, every)


def _compare(server: Server) -> Iterator[Goal]:
    mine, theirs = _answers(server, ours()), _answers(server, sloth())
    _print_rules("Our rules, one evaluation of the whole group", mine)
    _print_rules("Raw-window rules in Sloth's form, one evaluation of its indicator group", theirs)
    read, baseline = _samples(mine), _samples(theirs)
    table(
        f"Samples per evaluation ({history.SERIES} raw series, {history.DAYS} days, every {history.STEP} s)",
        ("rules", "samples", "engine ms", "share"),
        [
            ("Sloth's form", f"{baseline:,}", _milliseconds(theirs), "1"),
            ("ours", f"{read:,}", _milliseconds(mine), f"1/{baseline / read:.1f}"),
        ],
    )
    truth, month = history.true_ratio(), _value(mine)
    table(
        "The ratio of bad events over 30 days",
        ("source", "ratio", "off by"),
        [
            ("events as generated", f"{truth:.4%}", ""),
            ("ours", f"{month:.4%}", f"{month / truth - 1:+.2%}"),
            ("Sloth's form", f"{_value(theirs):.4%}", f"{_value(theirs) / truth - 1:+.2%}"),
        ],
    )
    yield Goal("rules: samples read by an evaluation, 1/40 of raw", read, baseline * SHARE)
    yield Goal("rules: 30-day ratio off the truth by", abs(month / truth - 1), DEVIATION)


def _answers(server: Server, rules: Sequence[Rule]) -> list[tuple[str, Answer]]:
    return [(_name(rule), server.query(rule.expression, history.END)) for rule in rules]


def _name(rule: Rule) -> str:
    return rule.record if isinstance(rule, RecordingRule) else f"alert {rule.labels['window']}"


def _print_rules(title: str, answers: Sequence[tuple[str, Answer]]) -> None:
    rows = [(name, f"{it.samples:,}", f"{it.milliseconds:.2f}", shown(it.value)) for name, it in answers]
    table(title, ("rule", "samples", "engine ms", "value"), rows)


def _samples(answers: Sequence[tuple[str, Answer]]) -> int:
    return sum(answer.samples for _, answer in answers)


def _milliseconds(answers: Sequence[tuple[str, Answer]]) -> str:
    return f"{sum(answer.milliseconds for _, answer in answers):.1f}"


def _value(answers: Sequence[tuple[str, Answer]]) -> float:
    value = dict(answers)[_MONTH].value
    if value is None:
        raise RuntimeError(f"{_MONTH} has no value: the history was not recorded")
    return value
