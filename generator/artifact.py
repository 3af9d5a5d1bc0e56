"""One rendered file: where it goes and what it says, as plain text."""

from dataclasses import dataclass
from pathlib import PurePosixPath

MARK = "Rendered from slo.yaml"
"""What every rendered file says of itself somewhere near its top."""

HEADER = f"{MARK} by `tocsin render`; do not edit."


@dataclass(frozen=True, slots=True)
class Artifact:
    """A file of the bundle.

    Attributes:
        path: where it goes, relative to the bundle's root, with forward slashes.
        text: the whole content, ending in a newline.
    """

    path: PurePosixPath
    text: str

    @classmethod
    def at(cls, path: str, text: str) -> "Artifact":
        """The artefact at `path`, with its text ended by exactly one newline."""
        is_ended = text.endswith("\n") and not text.endswith("\n\n")  # nearly always; then it need not be copied
        return cls(PurePosixPath(path), text if is_ended else text.rstrip("\n") + "\n")
