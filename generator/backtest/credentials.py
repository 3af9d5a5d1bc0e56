"""What a server wants to see before it answers: headers, whose secrets come from files or from the environment."""

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.errors import TocsinError, told

TOKEN = "TOCSIN_PROMETHEUS_TOKEN"  # noqa: S105 - a variable's name
PASSWORD = "TOCSIN_PROMETHEUS_PASSWORD"  # noqa: S105 - a variable's name
TENANT = "X-Scope-OrgID"
"""Which tenant is meant, for Mimir, Cortex and Loki's kin.
Source: https://grafana.com/docs/mimir/latest/manage/secure/authentication-and-authorization/"""

_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")


@dataclass(frozen=True, slots=True)
class Credentials:
    """What the command line says of them.

    Attributes:
        headers: `NAME=VALUE`, or `NAME=@FILE` for a value that a file holds.
        token_file: holds a bearer token.
        user: for a user and a password.
        password_file: holds the password.
        tenant: for a server of many.
    """

    headers: Sequence[str] = ()
    token_file: Path | None = None
    user: str | None = None
    password_file: Path | None = None
    tenant: str | None = None

    def read(self, environment: Mapping[str, str]) -> Mapping[str, str]:
        """The headers, by name.

        Raises:
            TocsinError: when a file cannot be read or a value fits into no header; no message holds a value.
        """
        found = dict(self._all(environment))
        for name, value in found.items():
            if not value or not value.isprintable() or not value.isascii():
                raise TocsinError(f"the value of the header {name} is empty, has more than one line or is not ASCII")
        return found

    def _all(self, environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        if self.tenant is not None:
            yield TENANT, self.tenant
        if authorization := self._authorization(environment):
            yield "Authorization", authorization
        for text in self.headers:
            yield _header(text)

    def _authorization(self, environment: Mapping[str, str]) -> str:
        if self.token_file is not None and self.user is not None:
            raise TocsinError("--token-file and --user are two ways to say who you are; write one of them")
        if self.password_file is not None and self.user is None:
            raise TocsinError("--password-file: whose password is it? write --user NAME beside it")
        if self.user is not None and ":" in self.user:
            raise TocsinError("--user: a name has no ':'; the password comes from --password-file")
        if self.user is not None:
            return _basic(self.user, self._password(environment))
        token = _content("--token-file", self.token_file) if self.token_file else environment.get(TOKEN, "")
        return f"Bearer {token}" if token else ""

    def _password(self, environment: Mapping[str, str]) -> str:
        if self.password_file is not None:
            return _content("--password-file", self.password_file)
        if PASSWORD not in environment:
            raise TocsinError(f"--user: write --password-file FILE beside it, or set {PASSWORD}")
        return environment[PASSWORD]


def _basic(user: str, password: str) -> str:
    return f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"


def _header(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not _NAME.fullmatch(name):
        raise TocsinError("--header: write NAME=VALUE, or NAME=@FILE for a value that a file holds")
    return name, _content(f"--header {name}", Path(value[1:])) if value.startswith("@") else value


def _content(option: str, file: Path) -> str:
    """What the file holds, without the line end that editors add.

    Raises:
        TocsinError: when it cannot be read, or holds nothing.
    """
    try:
        text = file.read_text("utf-8").rstrip("\r\n")
    except OSError as error:
        raise TocsinError(f"{option}: {told(error)}") from None
    except UnicodeDecodeError:
        raise TocsinError(f"{option}: {file} holds no text") from None
    if not text:
        raise TocsinError(f"{option}: {file} is empty")
    return text
