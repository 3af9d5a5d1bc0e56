"""A file of profiles in, profiles out, or a `SettingsError` with everything that is wrong with it."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from agent.adapters.profiles.document import LARGEST, Document, Place, Unreadable, parse
from agent.adapters.profiles.embedded import embedded_profiles, installed
from agent.adapters.profiles.problems import entry, shown, structure_problems
from agent.adapters.profiles.rules import combination_problems
from agent.domain.approval import Scope
from agent.domain.profile import Dialect, Profile
from agent.errors import SettingsError
from agent.settings.model import Limits


def load(path: Path | None, limits: Limits, is_installed: Callable[[str], bool] = installed) -> Mapping[str, Profile]:
    """The profiles by name, `default` among them; those that are embedded when there is no file.

    Raises:
        SettingsError: with every problem, as `profiles.yaml:LINE:COL: path: what is wrong; what to do`.
    """
    if path is None:
        return embedded_profiles(limits, is_installed)
    try:
        document = parse(_text(path))
    except Unreadable as error:
        problem = f"{path.name}:{error.line}:{error.column}: {error.what}; {error.remedy}"
        raise SettingsError([problem]) from None
    problems = _problems(document, path.name)
    if problems:
        raise SettingsError(problems)
    entries: Any = entry(document.data, "profiles")
    return {name: _profile(name, raw, limits) for name, raw in entries.items()}


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise SettingsError([f"PROFILES_FILE: {path} cannot be read ({error.strerror}); check the path"]) from None
    if len(data) > LARGEST:
        raise Unreadable(1, 1, "larger than a megabyte", "this is no file of profiles")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unreadable(line, 1, "not UTF-8", "save the file as UTF-8") from None


def _problems(document: Document, name: str) -> Sequence[str]:
    found: list[tuple[Place, str]] = list(structure_problems(document))
    entries = entry(document.data, "profiles")
    for profile, raw in entries.items() if isinstance(entries, dict) else ():
        if isinstance(raw, dict):
            found += combination_problems(profile, raw)
    placed = sorted({(document.mark(place), shown(place), words) for place, words in found})
    return [f"{name}:{line}:{column}: {place or 'the file'}: {words}" for (line, column), place, words in placed]


def _profile(name: str, raw: Mapping[str, Any], limits: Limits) -> Profile:
    dialect = Dialect(raw["dialect"])
    given = raw.get("program", dialect.value)
    program, *launcher = [given] if isinstance(given, str) else given
    return Profile(
        name=name,
        dialect=dialect,
        program=program,
        launcher=tuple(launcher),
        arguments=tuple(raw.get("arguments", ())),
        environment=tuple(raw.get("environment", ())),
        gate=Scope(raw["gate"]) if "gate" in raw else None,
        tools_ask=raw.get("tools_ask", False),
        idle_seconds=float(raw.get("idle_seconds", limits.run_idle_seconds)),
        timeout_seconds=float(raw.get("timeout_seconds", limits.run_timeout_seconds)),
    )
