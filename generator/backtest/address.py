"""Where the server is: an address that can be shown, because it holds no secret."""

import urllib.parse
from dataclasses import dataclass
from typing import Self

from generator.errors import TocsinError


@dataclass(frozen=True, slots=True)
class Address:
    """A base URL without a user, a password or a query.

    Attributes:
        url: such as `http://localhost:9090`, without a slash at its end.
    """

    url: str

    @classmethod
    def read(cls, text: str) -> Self:
        """What somebody wrote after `--prometheus`.

        Raises:
            TocsinError: when it is no HTTP address, or holds what may be a secret, which is not shown.
        """
        if "@" in text:
            raise TocsinError(
                "--prometheus: a user and a password in the address would be seen by everybody on this machine; "
                "write --user NAME --password-file FILE instead"
            )
        if "?" in text or "#" in text:
            raise TocsinError("--prometheus: the address ends before the '?' or '#'; write http://host:9090")
        try:
            parts = urllib.parse.urlsplit(text)
            fits = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        except ValueError:
            fits = False
        if not fits or any(not 32 < ord(sign) < 127 for sign in text):
            raise TocsinError(f"--prometheus: {text!r} is no address; write http://host:9090")
        return cls(text.rstrip("/"))

    def of(self, what: str) -> str:
        """The address of a part of the server's API."""
        return f"{self.url}/api/v1/{what}"


def shown(url: str) -> str:
    """Somebody else's address, without what may be secret in it."""
    try:
        parts = urllib.parse.urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
    except ValueError:
        return "another address"
    return urllib.parse.urlunsplit((parts.scheme, host, parts.path, "", "")) or "another address"
