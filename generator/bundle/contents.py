"""What the bundle consists of, how it differs from what is on disk, and the one way onto it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath

from generator.artifact import MARK, Artifact
from generator.bundle.staging import Staging, locked, present
from generator.errors import OutputError, told

OWNED = ("monitoring", "argocd")
"""Folders in which every file is rendered."""


class Drift(StrEnum):
    """How a file on disk differs from the one that would be rendered."""

    CHANGED = "changed"
    MISSING = "missing"
    ORPHAN = "orphan"


@dataclass(frozen=True, slots=True, order=True)
class Difference:
    """One file that is not as rendered."""

    path: PurePosixPath
    drift: Drift


@dataclass(frozen=True, slots=True)
class Bundle:
    """Rendered artefacts.

    Attributes:
        artifacts: in path order, each path once.
        whole: whether all systems were rendered, so that a file which is not among them is an orphan.
        owned: the folders in which every file is one of the bundle's.
    """

    artifacts: Sequence[Artifact]
    whole: bool = True
    owned: Sequence[str] = OWNED

    def differences(self, root: Path) -> Iterator[Difference]:
        """Every file under `root` that is not as rendered, in path order."""
        yield from sorted([*self._changed_or_missing(root), *(self._orphans(root) if self.whole else ())])

    def _changed_or_missing(self, root: Path) -> Iterator[Difference]:
        for artifact in self.artifacts:
            place = root / artifact.path
            if not place.is_file():
                yield Difference(artifact.path, Drift.MISSING)
            elif place.read_bytes() != artifact.text.encode():
                yield Difference(artifact.path, Drift.CHANGED)

    def _orphans(self, root: Path) -> Iterator[Difference]:
        rendered = {artifact.path for artifact in self.artifacts}
        for folder in self.owned:
            for place in sorted((root / folder).rglob("*")):
                path = PurePosixPath(place.relative_to(root).as_posix())
                if place.is_file() and path not in rendered:
                    yield Difference(path, Drift.ORPHAN)

    def write(self, root: Path) -> Sequence[Difference]:
        """Make the disk equal to the bundle and tell what was done; all of it or nothing.

        Orphans are deleted only when they carry our mark: a file that somebody else put there stays.

        Raises:
            OutputError: when the disk refuses, or another render is at work; nothing has changed then.
        """
        try:
            with present(root), locked(root):
                return self._write(root)
        except OSError as error:
            raise OutputError(f"cannot write {told(error)}; nothing was changed") from None

    def _write(self, root: Path) -> Sequence[Difference]:
        differences = list(self.differences(root))
        texts = {artifact.path: artifact.text for artifact in self.artifacts}
        with Staging(root) as staging:
            for difference in differences:
                if difference.drift is not Drift.ORPHAN:
                    staging.write(difference.path, texts[difference.path])
                elif _is_ours(root / difference.path):
                    staging.remove(difference.path)
            staging.commit()
        return differences


def _is_ours(place: Path) -> bool:
    with place.open("rb") as file:
        return MARK.encode() in file.read(65_536)
