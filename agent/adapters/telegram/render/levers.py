"""The levers of containment in words: who has pulled one, and what the levels of autonomy mean."""

from agent.adapters.telegram.render.html import bold, joined, line
from agent.domain.audit import API
from agent.domain.containment import MEANINGS, Containment
from agent.ports import Words


def pulled(action: str, detail: str, by: int) -> Words:
    """For the admins: what was pulled, and by whom."""
    who = "over the API" if by == API else f"by user {by}"
    lever = f"/{line(action.removeprefix('containment.'), 40)} {line(detail, 200)}".strip()
    return Words(f"🛡 {lever} {who}.")


def modes(containment: Containment) -> Words:
    """The level of autonomy, and what each level means."""
    items = (f"{bold(level, 10) if level is containment.autonomy else level}: {MEANINGS[level]}" for level in MEANINGS)
    return Words(joined(f"🛡 Autonomy is {bold(containment.autonomy, 10)}; /mode L2 changes it.", *items))
