"""Reads the on-call rota from its YAML file; one that cannot be used stops the start with every problem named."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import jsonschema
import yaml

from agent.domain.rota import EscalationStep, Override, Person, QuietHours, Rota, Rotation
from agent.errors import SettingsError
from agent.settings.model import Settings

_MUTE: Final = "could not even tap Ack; add {0} to TELEGRAM_USERS, as in {0}:operator"
_UNITS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_DAY_MINUTES: Final = 24 * 60
_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def usable_rota(settings: Settings) -> Rota:
    """The rota that the settings name. Who is woken must be able to answer, so everybody in it needs a role.

    Raises `SettingsError`: the bot would not even listen to people without one.
    """
    on_call, telegram = settings.on_call, settings.telegram
    named = on_call.chats or (() if telegram.admin_chat is None else (telegram.admin_chat,))
    rota = read_rota(on_call.rota, named or private_chats(telegram.users))
    strangers = [each for each in rota.people if each.user not in telegram.users]
    if strangers and not settings.sandbox:
        raise SettingsError([f"ONCALL_ROTA_FILE: {each.name} {_MUTE.format(each.user)}" for each in strangers])
    return rota


def private_chats(users: Mapping[int, str]) -> tuple[int, ...]:
    """Where incidents go when no chat is named: to all admins, else all approvers, else everybody, each in private."""
    chosen = [[user for user in users if users[user] == role] for role in ("admin", "approver")]
    return tuple(next(filter(None, chosen), list(users)))


def read_rota(path: Path | None, chats: Sequence[int]) -> Rota:
    """The rota; without a file everything goes to `chats`, which also stand in for `chats` that the file leaves out."""
    if path is None:
        return Rota(chats=tuple(chats))
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SettingsError([f"ONCALL_ROTA_FILE: cannot be read ({type(error).__name__})"]) from None
    return rota_of(raw, chats)


def rota_of(raw: object, chats: Sequence[int] = ()) -> Rota:
    """The rota from its YAML. Raises `SettingsError` with every problem and the place it is at."""
    if raw is None:
        raise SettingsError(["ONCALL_ROTA_FILE: the file is empty; begin it with `version: 1`, or unset the variable"])
    problems = [f"ONCALL_ROTA_FILE: {_place(error)}{_what(error)}" for error in _validator().iter_errors(raw)]
    if problems:
        raise SettingsError(problems)
    return _Reading(raw if isinstance(raw, dict) else {}, chats).rota()


def _validator() -> jsonschema.Draft202012Validator:
    text = resources.files("agent.adapters").joinpath("rota.schema.json").read_text(encoding="utf-8")
    return jsonschema.Draft202012Validator(json.loads(text))


def _place(error: jsonschema.ValidationError) -> str:
    return "".join(f"{part}: " for part in error.absolute_path)


def _what(error: jsonschema.ValidationError) -> str:
    """What is wrong; a time without quotes is a number to YAML, a day is a date and `no` is false."""
    found = error.instance
    if (error.validator, error.validator_value) != ("type", "string") or isinstance(found, dict | list | None):
        return str(error.message)
    as_in = f', as in "{found // 60}:{found % 60:02}"' if type(found) is int and 0 <= found < _DAY_MINUTES else ""
    return f"put it in quotes{as_in}; without them YAML reads {json.dumps(found, default=str)}"


class _Reading:
    """One pass over a file that the schema has let through; what a schema cannot say is checked here."""

    def __init__(self, raw: Mapping[str, Any], chats: Sequence[int]) -> None:
        self._raw = raw
        self._chats = tuple(chats)
        self._problems: list[str] = []
        self._people = {name: Person(name, each["user"]) for name, each in raw.get("people", {}).items()}

    def rota(self) -> Rota:
        raw = self._raw
        both = self._people.keys() & raw.get("rotations", {}).keys()
        self._problems += [f"{name!r} is a person and a rotation; rename one of them" for name in sorted(both)]
        rota = Rota(
            zone=self._zone(raw.get("timezone", "UTC")),
            chats=tuple(raw.get("chats", ())) or self._chats,
            rotations=tuple(self._rotation(name, each) for name, each in raw.get("rotations", {}).items()),
            overrides=tuple(self._override(each) for each in raw.get("overrides", ())),
            quiet=self._quiet(raw["quiet_hours"]) if "quiet_hours" in raw else None,
            **self._unanswered(),
        )
        if self._problems:
            raise SettingsError([f"ONCALL_ROTA_FILE: {each}" for each in self._problems])
        return rota

    def _unanswered(self) -> dict[str, Any]:
        """What the file says about it; the rota itself knows what holds where it says nothing."""
        raw, said = self._raw, dict[str, Any]()
        if "escalation" in raw:
            said["escalation"] = self._escalation(raw["escalation"])
        if "repeat" in raw:
            said["repeat"] = _repeat(raw["repeat"])
        return said

    def _zone(self, name: str) -> ZoneInfo:
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self._problems.append(f"timezone: {name!r} is not known; use a name such as Europe/Berlin")
            return ZoneInfo("UTC")

    def _person(self, name: str) -> Person:
        if name not in self._people:
            self._problems.append(f"{name!r} is nobody under people")
        return self._people.get(name, Person(name, 0))

    def _rotation(self, name: str, raw: Mapping[str, Any]) -> Rotation:
        people = tuple(self._person(each) for each in raw["people"])
        return Rotation(name, people, _length(raw["length"]), self._local(raw["starts"]))

    def _override(self, raw: Mapping[str, Any]) -> Override:
        if raw["rotation"] not in self._raw.get("rotations", {}):
            self._problems.append(f"{raw['rotation']!r} is no rotation")
        starts, ends = self._local(raw["from"]), self._local(raw["until"])
        if ends <= starts:
            self._problems.append(f"an override ends before it begins: {raw['from']}")
        return Override(raw["rotation"], self._person(raw["person"]), starts, ends)

    def _quiet(self, raw: Mapping[str, Any]) -> QuietHours:
        days = frozenset(_DAYS.index(day) for day in raw.get("days", _DAYS))
        return QuietHours(time.fromisoformat(raw["from"]), time.fromisoformat(raw["until"]), days)

    def _escalation(self, raw: Sequence[Mapping[str, Any]]) -> tuple[EscalationStep, ...]:
        steps = tuple(self._step(each) for each in raw)
        if any(one.after >= other.after for one, other in pairwise(steps)):
            self._problems.append("escalation: every step has to come later than the one before it")
        return steps

    def _step(self, raw: Mapping[str, Any]) -> EscalationStep:
        names = [each for each in raw.get("to", ()) if isinstance(each, str)]
        rotations = tuple(name for name in names if name in self._raw.get("rotations", {}))
        people = tuple(self._person(name) for name in names if name not in rotations)
        chats = tuple(each for each in raw.get("to", ()) if isinstance(each, int))
        return EscalationStep(_length(raw["after"]), rotations, people, chats)

    def _local(self, text: str) -> datetime:
        try:
            return datetime.fromisoformat(text).replace(tzinfo=None)
        except ValueError:
            self._problems.append(f"{text!r} is not a moment; write it as 2026-01-05 09:00")
            return datetime(2026, 1, 5)  # noqa: DTZ001 - local by meaning, and never used


def _repeat(raw: str | int) -> timedelta | None:
    return None if raw in {0, "0", "never"} else _length(str(raw))


def _length(text: str) -> timedelta:
    return timedelta(seconds=int(text[:-1]) * _UNITS[text[-1]])
