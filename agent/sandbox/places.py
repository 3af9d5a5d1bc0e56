"""`HOST:PORT` on a command line: where a door of the sandbox is."""

import argparse
from dataclasses import dataclass
from typing import Final

LOOPBACK: Final = "127.0.0.1"
_ALL: Final = {"0.0.0.0": LOOPBACK, "::": "::1"}  # noqa: S104 - compared with, not bound to
_LAST: Final = 65_535


@dataclass(frozen=True, slots=True)
class Place:
    """A host without brackets, and a port; 0 is any that is free."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> "Place":
        """Read `127.0.0.1:8081` or `[::1]:8081`; raises `argparse.ArgumentTypeError` for anything else."""
        host, _, port = text.rpartition(":")
        bare = host[1:-1] if host.startswith("[") and host.endswith("]") else host
        is_port = port.isascii() and port.isdecimal() and 1 <= int(port[:9]) <= _LAST
        if not bare or not is_port or (":" in bare and bare == host):
            raise argparse.ArgumentTypeError(f"{text!r} is not HOST:PORT, such as 127.0.0.1:8081")
        return cls(bare, int(port))

    def __str__(self) -> str:
        return _joined(self.host, self.port)

    @property
    def url(self) -> str:
        """Where it answers on this machine."""
        return f"http://{_joined(_ALL.get(self.host, self.host), self.port)}"


def _joined(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
