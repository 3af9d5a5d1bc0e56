"""Alertmanager's own Telegram receiver, for alerts about the agent: led to the simulated chat, or said to be missing.

Only `tocsin up` has it. A rehearsal measures the way through the agent, which a second message would blur.
"""

from pathlib import Path
from typing import Any

import yaml

from generator.domain.routes import TOKEN_FILE
from generator.domain.routing import WayOut
from generator.domain.service import Service
from generator.drill.stack.configuration import ALERTMANAGER, write_secret
from generator.drill.stack.plan import Places, Plan
from generator.drill.stack.programs import BOT, PERSON
from generator.emit import emit

_RECEIVER = "Alertmanager's own Telegram receiver"


def way_out(service: Service, places: Places, missing: str) -> WayOut | None:
    """Into the simulated chat; None where `why_missing` gives a reason, or the spec has none."""
    if missing or service.routing.way_out is None:
        return None
    return WayOut(PERSON, str(places.bot_token.absolute()))


def why_missing(service: Service, *, with_agent: bool, telegram_is_real: bool) -> str:
    """Why it is not here although the spec has it; empty otherwise."""
    if service.routing.way_out is None:
        return ""
    if not with_agent:
        return f"{_RECEIVER} is left out: without the agent there is no Telegram here"
    if telegram_is_real:
        return f"{_RECEIVER} is left out: it would write to the spec's own chat, which is not for rehearsals"
    if not TOKEN_FILE.is_in(service):
        version = service.settings.targets.alertmanager
        return (
            f"{_RECEIVER} is left out: Alertmanager {version} has no {TOKEN_FILE.name}, {TOKEN_FILE.since} has; "
            "alerts about the agent reach the agent alone"
        )
    return ""


def wire(plan: Plan) -> None:
    """Give the receiver its token, and the address of the simulated Telegram instead of the real one."""
    if plan.way_out is None:
        return
    write_secret(Path(plan.way_out.bot_token_file), BOT)
    file = plan.places.bundle / ALERTMANAGER / "alertmanager.yml"
    content: dict[str, Any] = yaml.load(file.read_text("utf-8"), Loader=yaml.CSafeLoader)
    for receiver in content["receivers"]:
        for telegram in receiver.get("telegram_configs", ()):
            telegram["api_url"] = plan.addresses.url("telegram")
    file.write_text(emit(content), encoding="utf-8")
