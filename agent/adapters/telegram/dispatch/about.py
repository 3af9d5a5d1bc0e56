"""The guide: what one can do, and who one is to us."""

from agent.adapters.telegram.dispatch.asking import Answer, Ask
from agent.adapters.telegram.dispatch.desk import Desk
from agent.adapters.telegram.render import guide


async def help_(_desk: Desk, ask: Ask) -> Answer:
    """All commands of the role, or one in detail."""
    name = ask.words.get("command", "")
    return Answer(guide.about(name, ask.role) if name else guide.guide(ask.role))


async def whoami(_desk: Desk, ask: Ask) -> Answer:
    """Id and role."""
    return Answer(guide.whoami(ask.user_id, ask.role))
