"""What a status of HTTP is called, also where the standard has no name for it."""

from http import HTTPStatus
from typing import Final

_UNLISTED: Final = {520: "Unknown Error", 522: "Connection Timed Out", 524: "A Timeout Occurred", 529: "Overloaded"}


def phrase(status: int) -> str:
    """The words behind the number; providers of models and their proxies use some that no standard lists."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return _UNLISTED.get(status, "Unknown Status")
