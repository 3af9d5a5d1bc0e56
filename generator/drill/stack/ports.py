"""Free ports on the loopback interface."""

import errno
import socket
from collections.abc import Iterator
from contextlib import ExitStack

from generator.errors import TocsinError

LOOPBACK = "127.0.0.1"
_LAST = 65_535


def free_ports(count: int, base: int = 0) -> tuple[int, ...]:
    """So many ports that nobody listens on; from `base` on, where one is given.

    Raises:
        TocsinError: when one of them is no port, is taken, or is not for this user.
    """
    if base and not 1 <= base <= _LAST - count + 1:
        raise TocsinError(
            f"--port-base {base}: {count} ports from there on do not exist; "
            f"choose from 1024 to {_LAST - count + 1}, or none for free ports"
        )
    with ExitStack() as held:  # all at once, so that none is given twice
        return tuple(_held(held, count, base))


def _held(held: ExitStack, count: int, base: int) -> Iterator[int]:
    for number in range(count):
        probe = held.enter_context(socket.socket())
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        wanted = base + number if base else 0
        try:
            probe.bind((LOOPBACK, wanted))
        except OSError as error:
            why = "only for root" if error.errno == errno.EACCES else "taken"
            raise TocsinError(f"port {wanted} is {why}; choose another --port-base, or none for free ports") from None
        port: int = probe.getsockname()[1]
        yield port
