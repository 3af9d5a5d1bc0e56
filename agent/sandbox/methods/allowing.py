"""`allowed_updates`: remembered from one call to the next, as the real server does."""

from agent.sandbox.arguments import Arguments
from agent.sandbox.world import World


def set_allowed(world: World, arguments: Arguments) -> None:
    """Take over the kinds of updates that a call asks for; an empty list asks for the usual ones."""
    if arguments.has("allowed_updates"):
        kinds = arguments.nested("allowed_updates")
        world.updates.allowed = tuple(str(kind).lower() for kind in kinds) if isinstance(kinds, list) else ()
