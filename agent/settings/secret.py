"""A string that hides itself from every way of printing it."""

import hmac
from typing import NoReturn


class Secret:
    """A token or key. `reveal()` is the only way to its text, so that a search for it finds every use."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself, for the one place that sends it."""
        return self._text

    def matches(self, candidate: str) -> bool:
        """Whether the candidate is the secret; takes the same time whatever the answer."""
        return hmac.compare_digest(self._text.encode(), candidate.encode())

    def __bool__(self) -> bool:
        return bool(self._text)

    def __repr__(self) -> str:
        return "Secret('***')" if self._text else "Secret('')"

    def __str__(self) -> str:
        return "***" if self._text else ""

    def __format__(self, format_spec: str) -> str:
        return format(str(self), format_spec)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self.matches(other._text)

    def __hash__(self) -> int:
        return hash((Secret, self._text))

    def __reduce__(self) -> NoReturn:
        """A pickle would carry the text."""
        raise TypeError("a secret is never pickled")
