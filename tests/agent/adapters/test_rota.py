# ruff: noqa: DTZ001 - a rota is in local times
"""The rota: whose turn it is over weeks and clock changes, and every mistake in the file named at once."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from agent.adapters.rota import read_rota, rota_of
from agent.adapters.telegram.render.rota import on_call
from agent.domain.incident import IncidentSeverity
from agent.domain.rota import EscalationStep, Person, Rota
from agent.errors import SettingsError

FILE = """
version: 1
timezone: Europe/Berlin
chats: [-100]
people:
  anna: {user: 11}
  bo: {user: 12}
rotations:
  primary: {people: [anna, bo], length: 1w, starts: "2026-01-05 09:00"}
overrides:
  - {rotation: primary, person: bo, from: "2026-01-06 18:00", until: "2026-01-07 08:00"}
quiet_hours: {from: "22:00", until: "07:00", days: [mon, tue, wed, thu, fri]}
escalation:
  - {after: 5m, to: [primary]}
  - {after: 1h, to: [bo, -200]}
"""
ANNA, BO = Person("anna", 11), Person("bo", 12)


@pytest.fixture
def rota(tmp_path: Path) -> Rota:
    (tmp_path / "rota.yaml").write_text(FILE)
    return read_rota(tmp_path / "rota.yaml", [1])


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "person"),
    [
        (utc(2026, 1, 5, 7, 59), None),
        (utc(2026, 1, 5, 8), ANNA),
        (utc(2026, 1, 6, 16, 59), ANNA),
        (utc(2026, 1, 6, 17), BO),
        (utc(2026, 1, 7, 7), ANNA),
        (utc(2026, 1, 12, 7, 59), ANNA),
        (utc(2026, 1, 12, 8), BO),
        (utc(2026, 3, 30, 6, 59), BO),
        (utc(2026, 3, 30, 7), ANNA),
    ],
    ids=["before", "start", "week", "override", "after it", "last minute", "handover", "summer time", "at nine local"],
)
def test_turns_change_at_the_same_local_time_summer_and_winter(
    rota: Rota, now: datetime, person: Person | None
) -> None:
    assert rota.on_call(now).get("primary") == person


@given(st.datetimes(datetime(2026, 1, 6), datetime(2030, 1, 1), timezones=st.just(UTC)))
def test_the_next_handover_is_ahead_and_within_a_turn_and_changes_the_person(now: datetime) -> None:
    plan = rota_of(
        {
            "version": 1,
            "timezone": "America/New_York",
            "people": {"a": {"user": 1}, "b": {"user": 2}},
            "rotations": {"p": {"people": ["a", "b"], "length": "1d", "starts": "2026-01-01 08:00"}},
        }
    )
    until = plan.next_handover(plan.rotations[0], now)

    assert timedelta(0) < until - now <= timedelta(hours=25)
    assert plan.on_call(until) != plan.on_call(now)
    assert plan.on_call(until - timedelta(seconds=1)) == plan.on_call(now)


@pytest.mark.parametrize(
    ("now", "quiet"),
    [
        (utc(2026, 1, 5, 20, 59), False),
        (utc(2026, 1, 5, 21), True),
        (utc(2026, 1, 6, 5, 59), True),
        (utc(2026, 1, 6, 6), False),
        (utc(2026, 1, 10, 3), True),
        (utc(2026, 1, 10, 22), False),
        (utc(2026, 1, 11, 3), False),
        (utc(2026, 7, 6, 20), True),
    ],
)
def test_quiet_hours_are_local_and_reach_past_midnight(rota: Rota, now: datetime, quiet: bool) -> None:
    assert rota.waits(IncidentSeverity.WARNING, now) is quiet
    assert not rota.waits(IncidentSeverity.CRITICAL, now)


def test_each_step_tells_whoever_is_on_call_then(rota: Rota) -> None:
    first, second = rota.escalation

    assert rota.told_by(first, utc(2026, 1, 8, 0)) == (11,)
    assert rota.told_by(first, utc(2026, 1, 14, 0)) == (12,)
    assert rota.told_by(second, utc(2026, 1, 14, 0)) == (12, -200)
    assert rota.told_by(first, utc(2025, 1, 1, 0)) == (-100,)
    assert (rota.name_of(12), rota.name_of(-100)) == ("bo", "")


def test_without_a_file_everything_goes_to_the_chats_and_is_said_again_after_a_quarter_of_an_hour() -> None:
    plan = read_rota(None, [5])

    assert plan.chats == (5,)
    assert [step.after for step in plan.escalation] == [timedelta(minutes=15), timedelta(minutes=30)]
    assert plan.told_by(EscalationStep(timedelta(0)), utc(2026, 1, 1)) == (5,)


def base(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any YAML
    fields: dict[str, Any] = {
        "version": 1,
        "people": {"anna": {"user": 1}},
        "rotations": {"p": {"people": ["anna"], "length": "1w", "starts": "2026-01-05 09:00"}},
    }
    return {**fields, **changes}


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (None, "the file is empty; begin it with `version: 1`"),
        ([], "not of type 'object'"),
        (base(people={"p": {"user": 1}}), "'p' is a person and a rotation"),
        ({}, "'version' is a required property"),
        (base(typo=1), "typo"),
        (base(timezone="Mars/Olympus"), "Mars/Olympus"),
        (base(timezone="../../etc/passwd"), "is not known"),
        (base(rotations={"p": {"people": ["carl"], "length": "1w", "starts": "2026-01-05 09:00"}}), "'carl' is nobody"),
        (
            base(rotations={"p": {"people": ["anna"], "length": "0w", "starts": "2026-01-05 09:00"}}),
            "rotations: p: length",
        ),
        (base(rotations={"p": {"people": ["anna"], "length": "1w", "starts": "2026-02-31 09:00"}}), "2026-02-31"),
        (
            base(
                overrides=[{"rotation": "q", "person": "anna", "from": "2026-01-05 09:00", "until": "2026-01-05 08:00"}]
            ),
            "'q' is no rotation",
        ),
        (
            base(
                overrides=[{"rotation": "p", "person": "anna", "from": "2026-01-05 09:00", "until": "2026-01-05 08:00"}]
            ),
            "ends before it begins",
        ),
        (base(escalation=[{"after": "5m"}, {"after": "5m"}]), "later than the one before"),
        (base(escalation=[{"after": "5m", "to": ["nobody"]}]), "'nobody' is nobody"),
        (base(repeat="soon"), "repeat: "),
        (base(repeat="0m"), "repeat: "),
        (base(repeat=30), "repeat: "),
        (base(repeat=False), "repeat: "),
        (base(quiet_hours={"from": "25:00", "until": "07:00"}), "quiet_hours: from"),
    ],
)
def test_each_mistake_is_named_with_its_place(raw: object, says: str) -> None:
    with pytest.raises(SettingsError) as caught:
        rota_of(raw)
    assert says in str(caught.value)
    assert all(problem.startswith("ONCALL_ROTA_FILE: ") for problem in caught.value.problems)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("quiet_hours: {from: 22:00, until: 07:00}", 'quiet_hours: from: put it in quotes, as in "22:00"'),
        ("quiet_hours: {from: '22:00', until: 7}", "quiet_hours: until: put it in quotes"),
        ("timezone: no", "timezone: put it in quotes; without them YAML reads false"),
        (
            "rotations: {p: {people: [a], length: 1w, starts: 2026-01-05}}",
            'rotations: p: starts: put it in quotes; without them YAML reads "2026-01-05"',
        ),
        ("rotations: {p: {people: [no], length: 1w, starts: '2026-01-05 09:00'}}", "people: 0: put it in quotes"),
    ],
)
def test_what_yaml_takes_for_something_else_is_to_be_put_in_quotes(line: str, says: str) -> None:
    with pytest.raises(SettingsError) as caught:
        rota_of(yaml.safe_load(f"version: 1\npeople: {{a: {{user: 1}}}}\n{line}"))
    assert says in str(caught.value)


def test_an_empty_escalation_is_said_to_be_one() -> None:
    said = on_call(rota_of({"version": 1, "chats": [1], "escalation": []}), utc(2026, 1, 5))
    assert "nobody takes goes to nobody else: there is no escalation." in said.text


def test_all_mistakes_are_named_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        rota_of(base(timezone="Mars", escalation=[{"after": "5m", "to": ["nobody"]}]))
    assert len(caught.value.problems) == 2


@pytest.mark.parametrize("text", ["a: [", "\x00", "!!python/object/apply:os.system [id]"])
def test_a_file_that_is_no_yaml_is_one_problem(tmp_path: Path, text: str) -> None:
    (tmp_path / "rota.yaml").write_text(text)
    with pytest.raises(SettingsError, match="cannot be read"):
        read_rota(tmp_path / "rota.yaml", [])
    with pytest.raises(SettingsError, match="cannot be read"):
        read_rota(tmp_path / "none.yaml", [])


@pytest.mark.parametrize(
    ("said", "every"),
    [
        ({}, timedelta(minutes=30)),
        ({"repeat": "90s"}, timedelta(seconds=90)),
        ({"repeat": "2h"}, timedelta(hours=2)),
        ({"repeat": 0}, None),
        ({"repeat": "0"}, None),
        ({"repeat": "never"}, None),
    ],
)
def test_the_last_step_is_repeated_every_half_hour_or_as_the_file_says(
    said: dict[str, object], every: timedelta | None
) -> None:
    assert rota_of(base(**said)).repeat == every
