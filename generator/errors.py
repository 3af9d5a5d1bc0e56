"""The few ways in which the generator refuses to go on.

Each carries a message for a person: the place, the fact and the remedy. Only the command line catches them.
"""

import errno


class TocsinError(Exception):
    """Something the user can act on; its text is the whole message."""


class ValueProblem(ValueError):
    """A value that reads well as YAML and means nothing here.

    Attributes:
        what: what is wrong, in lower case, without a full stop.
        remedy: what to do about it.
    """

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what}; {remedy}")
        self.what = what
        self.remedy = remedy


class OutputError(TocsinError):
    """The bundle could not be written; nothing on disk has changed."""


class RefusedError(OutputError):
    """What the spec asks for cannot be rendered.

    Args:
        place: `file:line:column: path` of what asks for it; empty when it is not known.
        what: what is wrong, in lower case, without a full stop.
        remedy: what to do about it.
    """

    def __init__(self, place: str, what: str, remedy: str) -> None:
        super().__init__(f"{place}: {what}; {remedy}" if place else f"{what}; {remedy}")


class ToolMissing(TocsinError):
    """A program that a command needs is not installed; the text names the package that brings it."""


_REMEDIES = {
    errno.ENOSPC: "free some space on that disk",
    errno.EDQUOT: "free some of your quota on that disk",
    errno.EROFS: "that disk cannot be written to; name another place with --out",
    errno.EACCES: "give yourself the right to it, or name another place with --out",
    errno.EPERM: "give yourself the right to it, or name another place with --out",
    errno.ENOENT: "check the path",
    errno.ENOTDIR: "something on the path is no folder; check it",
    errno.EEXIST: "a file is in the place of a folder; move it away",
    errno.EISDIR: "a folder is in the place of a file; move it away",
    errno.EIO: "the disk fails; look at the system's log",
    errno.EMFILE: "too many files are open; raise `ulimit -n`",
}


def told(error: OSError) -> str:
    """What the system refused, where, and what to do about it."""
    place = f"{error.filename}: " if error.filename else ""
    remedy = _REMEDIES.get(error.errno or 0, "check that place")
    return f"{place}{error.strerror or error}; {remedy}"
