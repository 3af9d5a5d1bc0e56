"""The few ways in which the generator refuses to go on.

Each carries a message for a person: the place, the fact and the remedy. Only the command line catches them.
"""


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
        place: file:line:column of what asks for it; empty when it is not known.
        what: what is wrong, in lower case, without a full stop.
        remedy: what to do about it.
    """

    def __init__(self, place: str, what: str, remedy: str) -> None:
        super().__init__(f"{place}: {what}; {remedy}" if place else f"{what}; {remedy}")


class ToolMissing(TocsinError):
    """A program that a command needs is not installed; the text names the package that brings it."""
