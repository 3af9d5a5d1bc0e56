"""Faults, limits, time and the fresh start."""

from agent.sandbox.arguments import Arguments
from agent.sandbox.control.reading import only
from agent.sandbox.errors import bad_request
from agent.sandbox.faults import Fault, Trouble
from agent.sandbox.limits import Limits
from agent.sandbox.plain import JsonObject
from agent.sandbox.world import World


def add_fault(world: World, arguments: Arguments) -> JsonObject:
    """Let calls fail: the next `times`, or for `seconds`, or until lifted."""
    only(arguments, "kind", "method", "chat_id", "times", "seconds", "retry_after", "status", "late")
    kind = arguments.text("kind")
    if kind not in tuple(Trouble):
        raise bad_request(f"kind must be one of {', '.join(Trouble)}")
    fault = Fault(world.faults.number(), Trouble(kind), arguments.text("method"), late=arguments.flag("late"))
    fault.chat_id = arguments.number("chat_id") or None
    fault.left = arguments.number("times") or None
    fault.until = world.clock.now() + _seconds(arguments, "seconds") if arguments.has("seconds") else None
    fault.retry_after = arguments.number("retry_after") if arguments.has("retry_after") else None
    fault.status = arguments.number("status", fault.status)
    world.faults.add(fault)
    world.bell.ring()
    return {"fault": fault.identifier}


def list_faults(world: World, arguments: Arguments) -> JsonObject:
    """The faults that still strike."""
    only(arguments)
    now = world.clock.now()
    return {"faults": [_as_json(fault) for fault in world.faults if not fault.over(now)]}


def lift_faults(world: World, arguments: Arguments) -> JsonObject:
    """End one fault (`fault=`) or all of them; calls that hang in it are cut."""
    only(arguments, "fault")
    world.faults.lift(arguments.number("fault") or None)
    world.bell.ring()
    return {"faults": []}


def set_limits(world: World, arguments: Arguments) -> JsonObject:
    """Switch flood limits on; what is left out is off."""
    only(arguments, "per_chat", "per_chat_burst", "overall", "per_group")
    per_chat = _seconds(arguments, "per_chat") if arguments.has("per_chat") else None
    overall = _seconds(arguments, "overall") if arguments.has("overall") else None
    per_group = arguments.number("per_group") or None
    world.throttle.configure(Limits(per_chat, arguments.number("per_chat_burst", 1), overall, per_group))
    return {"limits": "on" if per_chat or overall or per_group else "off"}


def advance(world: World, arguments: Arguments) -> JsonObject:
    """Push time forward: taps and updates age, retries and faults come due."""
    only(arguments, "advance")
    world.clock.advance(_seconds(arguments, "advance"))
    return {"now": world.clock.now()}


def reset(world: World, arguments: Arguments) -> JsonObject:
    """Start afresh; update identifiers go on."""
    only(arguments)
    world.faults.lift(None)
    world.reset()
    return {"now": world.clock.now()}


def _seconds(arguments: Arguments, name: str) -> float:
    try:
        seconds = float(arguments.text(name) or 0)
    except ValueError:
        raise bad_request(f"{name} must be a number") from None
    if seconds < 0:
        raise bad_request(f"{name} must not be negative")
    return seconds


def _as_json(fault: Fault) -> JsonObject:
    return {
        "fault": fault.identifier,
        "kind": fault.trouble.value,
        "method": fault.method,
        "chat_id": fault.chat_id,
        "times": fault.left,
        "until": fault.until,
        "late": fault.late,
    }
