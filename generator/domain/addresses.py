"""Addresses that people write into the spec: of the repository, of Mimir, of servers. None may hold a password."""

import re
from ipaddress import ip_network
from urllib.parse import SplitResult, urlsplit

from generator.errors import ValueProblem

_STAND_INS = frozenset({"example", "your-org", "your-name", "your-user", "yourname", "yourorg", "my-org", "changeme"})
_STAND_IN_WORDS = frozenset({"ORG", "ORGANIZATION", "OWNER", "USER", "USERNAME", "REPO", "REPOSITORY"})
_STAND_IN_HOSTS = re.compile(r"(?:.*\.)?(?:example(?:\.(?:com|net|org))?|invalid|test)", re.IGNORECASE)
_TO_FILL_IN = re.compile(r"[<>{}]|change[-_]?me|your[-_]", re.IGNORECASE)
_SHORT_SSH = re.compile(r"(?P<user>[A-Za-z0-9._-]+)@(?P<host>[A-Za-z0-9.-]+):(?P<path>[^:]+)")
_REF = re.compile(r"(?!.*(?:\.\.|//|/\.|@\{|\.lock(?:/|$)))[A-Za-z0-9_][^\s~^:?*\[\\]*(?<![./])")
_MIMIRS_PATHS = ("/prometheus", "/api/v1/push", "/otlp")


def read_repository(text: str) -> str:
    """A git URL that somebody can pull from, or the short form of ssh, `git@host:path`.

    Raises:
        ValueProblem: for one that was only ever an example, that holds a credential, that names no repository, or
            that Argo CD in a cluster cannot reach.
    """
    short = _SHORT_SSH.fullmatch(text)
    parts = _split("ssh://{user}@{host}/{path}".format(**short.groupdict()) if short else text)
    _refuse_credentials(parts, "argocd repo add holds credentials", users_of=("ssh",))
    segments = parts.path.strip("/").removesuffix(".git").split("/")
    is_stand_in = segments[0].lower() in _STAND_INS or _STAND_IN_WORDS & set(segments)
    if is_stand_in or _STAND_IN_HOSTS.fullmatch(parts.hostname or "") or _TO_FILL_IN.search(text):
        raise ValueProblem(f"{text!r} is a placeholder", "write the URL of your own repository, which Argo CD pulls")
    if parts.hostname in {None, "localhost", "127.0.0.1", "::1"}:
        raise ValueProblem(f"{text!r} is no place that a cluster can reach", "write the URL that Argo CD pulls")
    if not any(segments):
        raise ValueProblem(f"{text!r} names a host and no repository", "add the repository's path")
    if parts.fragment or parts.query:
        what = f"{text!r} has more behind the repository's path"
        raise ValueProblem(what, "write the URL alone; bundle.revision says which branch")
    return text


def read_revision(text: str) -> str:
    """A branch, a tag or a commit, as git takes it.

    Raises:
        ValueProblem: for what git would never call one.
    """
    if not _REF.fullmatch(text):
        raise ValueProblem(f"{text!r} is no name that git takes", "write a branch, tag or commit, such as main")
    return text


def read_address(text: str) -> str:
    """A URL without a credential in it: what is rendered lies in git, and is shown in logs.

    Raises:
        ValueProblem: for one with a user or a password, or without a host.
    """
    parts = _split(text)
    _refuse_credentials(parts, "write the address alone")
    if not parts.hostname:
        raise ValueProblem(f"{text!r} has no host", "write http:// or https://, a host, and a port where it has one")
    return text


def read_mimir(text: str) -> str:
    """Mimir's front, without the slash at its end.

    Raises:
        ValueProblem: for a credential, and for the address of one of Mimir's interfaces, whose path we add.
    """
    found = read_address(text).rstrip("/")
    for path in _MIMIRS_PATHS:
        if found.endswith(path):
            raise ValueProblem(f"{text!r} ends in {path}, which is added", f"write {found.removesuffix(path)}")
    return found


def read_block(text: str) -> str:
    """A block of addresses, IPv4 or IPv6.

    Raises:
        ValueProblem: for anything else.
    """
    try:
        ip_network(text)
    except ValueError:
        what = f"{text!r} is no block of addresses"
        raise ValueProblem(what, "write its first address and its length, such as 10.20.0.0/16") from None
    return text


def _split(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018 - asking is what finds a port that is none
    except ValueError:
        raise ValueProblem("it is no URL", "write a scheme, a host and a path, such as https://host/path") from None
    return parts


def _refuse_credentials(parts: SplitResult, remedy: str, users_of: tuple[str, ...] = ()) -> None:
    """The value is not in the message: whoever reads the log must not read the password."""
    has_user = parts.username is not None and parts.scheme not in users_of
    if has_user or parts.password is not None:
        what = f"the URL of {parts.hostname} holds a credential, and what is rendered lies in git"
        raise ValueProblem(what, f"take out what stands before the @; {remedy}")
