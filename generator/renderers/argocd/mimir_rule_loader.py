"""Makes Mimir's ruler hold exactly the given rule groups, as often as it is run. Runs in the cluster, alone.

RULES_DIR holds one file for each group, called <namespace>_<group>.yaml. Namespaces that begin with OWNED are ours:
a group in them that has no file is deleted, and nothing else ever is.
API: https://grafana.com/docs/mimir/latest/references/http-api/#ruler-rules
"""

import json
import os
import sys
import time
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import NamedTuple
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import Request, urlopen

ATTEMPTS = 6
PATIENCE = 10
"""Seconds for one request."""


class Group(NamedTuple):
    """Where the ruler keeps a group."""

    namespace: str
    name: str


class Refused(Exception):
    """Mimir understood and said no."""


class Ruler:
    """The ruler of one tenant."""

    def __init__(self, url: str, tenant: str, pause: float = 1.0) -> None:
        self._url = url.rstrip("/")
        self._headers = {"X-Scope-OrgID": tenant, "Content-Type": "application/yaml"}
        self._pause = pause

    def groups(self) -> set[Group]:
        """Every group that the ruler evaluates."""
        answer = json.loads(self._send("GET", "/prometheus/api/v1/rules"))
        return {Group(group["file"], group["name"]) for group in answer["data"]["groups"]}

    def put(self, group: Group, body: bytes) -> None:
        """Store a group, in place of one with the same name."""
        self._send("POST", f"/prometheus/config/v1/rules/{quote(group.namespace, safe='')}", body)

    def delete(self, group: Group) -> None:
        """Remove a group; one that is gone already is no error."""
        path = "/".join(quote(part, safe="") for part in group)
        self._send("DELETE", f"/prometheus/config/v1/rules/{path}", missing_is_fine=True)

    def _send(self, method: str, path: str, body: bytes | None = None, *, missing_is_fine: bool = False) -> bytes:
        for attempt in range(1, ATTEMPTS + 1):
            request = Request(self._url + path, data=body, headers=self._headers, method=method)  # noqa: S310 - our URL
            try:
                with urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310 - as above
                    return bytes(answer.read())
            except HTTPError as error:
                if missing_is_fine and error.code == HTTPStatus.NOT_FOUND:
                    return b""
                reason = f"{error.code} {error.read().decode(errors='replace').strip()}"
                if error.code < HTTPStatus.INTERNAL_SERVER_ERROR and error.code != HTTPStatus.TOO_MANY_REQUESTS:
                    raise Refused(f"{method} {path}: {reason}") from None
            except (URLError, TimeoutError, ConnectionError) as error:
                reason = str(error)
            if attempt < ATTEMPTS:
                time.sleep(self._pause * 2 ** (attempt - 1))
        raise Refused(f"{method} {path}: {reason}, after {ATTEMPTS} attempts")


def read(folder: Path) -> Iterator[tuple[Group, bytes]]:
    """Every group of a folder, in order of their names."""
    for file in sorted(folder.glob("*_*.yaml")):
        namespace, _, name = file.stem.partition("_")
        yield Group(namespace, name), file.read_bytes()


def store(ruler: Ruler, wanted: Mapping[Group, bytes]) -> list[str]:
    """Store every group, and return why some were refused."""
    refused = []
    for group, body in wanted.items():
        try:
            ruler.put(group, body)
        except Refused as error:
            refused.append(str(error))
    return refused


def tidy(ruler: Ruler, wanted: Mapping[Group, bytes], owned: str) -> None:
    """Delete what is stale."""
    for group in sorted(stale(ruler.groups(), wanted, owned)):
        ruler.delete(group)
        say(f"deleted {group.namespace}/{group.name}")


def stale(held: set[Group], wanted: Mapping[Group, bytes], owned: str) -> set[Group]:
    """The groups of ours that nobody wants any more."""
    return {group for group in held if group.namespace.startswith(owned) and group not in wanted}


def main(environment: Mapping[str, str]) -> int:
    """Load everything once and say how it went."""
    wanted = dict(read(Path(environment["RULES_DIR"])))
    if not wanted:
        say("no rule groups found; refusing to delete all of ours")
        return 1
    ruler = Ruler(environment["MIMIR_URL"], environment["TENANT"], float(environment.get("PAUSE", "1")))
    refused = store(ruler, wanted)
    for reason in refused:
        say(reason)
    say(f"{len(wanted) - len(refused)} of {len(wanted)} rule groups are in the ruler")
    if refused:
        say("nothing was deleted: an old rule is better than none")
        return 1
    try:
        tidy(ruler, wanted, environment["OWNED"])
    except Refused as error:
        say(str(error))
        return 1
    return 0


def say(text: str) -> None:
    """A line of the job's log."""
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main(os.environ))
