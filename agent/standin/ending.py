"""The two ways in which a run ends before its last step."""


class Ended(Exception):
    """The process exits now, with this code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Usage(Exception):
    """The command line is not understood."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code
