"""The exit codes of `tocsin-agent`."""

from enum import IntEnum


class Exit(IntEnum):
    """What a supervisor or a script learns."""

    OK = 0
    FAILED = 1
    BAD_SETTINGS = 2
    DAMAGED = 3
    INTERRUPTED = 130
