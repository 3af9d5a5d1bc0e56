"""Which web addresses Telegram takes for real ones."""

import re
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

_SCHEMES: Final = ("http", "https", "tg", "ton")
_LABELS: Final = re.compile(r"[^\s./@:]+(\.[^\s./@:]+)+")


def is_link(address: str) -> bool:
    """Whether a button or an anchor may carry this address: `localhost` and bare host names may not."""
    try:
        parts = urlsplit(address if "://" in address else f"http://{address}")
        host = parts.hostname or ""
    except ValueError:
        return False
    if parts.scheme in ("tg", "ton"):
        return bool(host)
    return parts.scheme in _SCHEMES and (_is_ip(host) or bool(_LABELS.fullmatch(host)))


def _is_ip(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
