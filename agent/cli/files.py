"""What the settings lead to, looked at together with them: profiles and the rota."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from agent.adapters.profiles import load as load_profiles
from agent.adapters.profiles import stands_in
from agent.adapters.rota import usable_rota
from agent.adapters.rota_doubts import rota_doubts
from agent.domain.profile import DEFAULT
from agent.errors import SettingsError
from agent.settings.load import load
from agent.settings.model import Settings
from agent.settings.reading import LOOPBACK

_NO_CLI: Final = (
    "PROFILES_FILE: unset, and neither codex nor claude is installed, or not on PATH; install one,"
    " name another program in such a file, or start with --sandbox"
)


def everything(environment: Mapping[str, str]) -> Settings:
    """The settings of an agent in service, or a `SettingsError` with all that is wrong, in their files too."""
    settings = load(environment, also=(_profiles, _rota))
    return replace(settings, doubts=(*settings.doubts, *rota_doubts(settings)))


def _profiles(settings: Settings) -> Sequence[str]:
    try:
        profiles = load_profiles(settings.paths.profiles, settings.limits)
    except SettingsError as error:
        return error.problems
    rehearsing = urlsplit(settings.telegram.base_url).hostname in LOOPBACK  # nobody real is answered by a script
    silent = settings.paths.profiles is None and stands_in(profiles[DEFAULT]) and not rehearsing
    return (_NO_CLI,) if silent else ()


def _rota(settings: Settings) -> Sequence[str]:
    try:
        usable_rota(settings)
    except SettingsError as error:
        return error.problems
    return ()
