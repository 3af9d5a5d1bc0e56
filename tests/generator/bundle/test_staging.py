"""Holds staging to its one promise: together or not at all, and honestly told when even that fails."""

from pathlib import Path, PurePosixPath

import pytest

from generator.bundle.staging import Staging, locked, present
from generator.errors import OutputError

ONE, OTHER = PurePosixPath("a/one.txt"), PurePosixPath("b/other.txt")


class Trouble(Exception):
    """Something that goes wrong in between."""


def files(root: Path) -> dict[str, str]:
    """Every file under a folder."""
    return {path.relative_to(root).as_posix(): path.read_text("utf-8") for path in root.rglob("*") if path.is_file()}


def test_nothing_is_in_place_before_the_commit(tmp_path: Path) -> None:
    with Staging(tmp_path) as staging:
        staging.write(ONE, "new")

        assert not (tmp_path / ONE).exists()
        staging.commit()

    assert files(tmp_path) == {"a/one.txt": "new"}


def test_trouble_before_the_commit_leaves_nothing(tmp_path: Path) -> None:
    def work() -> None:
        with Staging(tmp_path) as staging:
            staging.write(ONE, "new")
            raise Trouble

    with pytest.raises(Trouble):
        work()

    assert list(tmp_path.iterdir()) == []


def test_trouble_after_the_commit_takes_it_back(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / ONE).write_text("old", "utf-8")
    (tmp_path / "gone.txt").write_text("kept", "utf-8")

    def work() -> None:
        with Staging(tmp_path) as staging:
            staging.write(ONE, "new")
            staging.write(OTHER, "new")
            staging.remove(PurePosixPath("gone.txt"))
            staging.commit()
            raise Trouble

    with pytest.raises(Trouble):
        work()

    assert files(tmp_path) == {"a/one.txt": "old", "gone.txt": "kept"}
    assert not (tmp_path / "b").exists()


def test_line_ends_are_the_same_on_every_system(tmp_path: Path) -> None:
    with Staging(tmp_path) as staging:
        staging.write(ONE, "é\n")
        staging.commit()

    assert (tmp_path / ONE).read_bytes() == b"\xc3\xa9\n"


def test_what_cannot_be_put_back_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / ONE).write_text("old", "utf-8")

    def failing(self: Path, data: bytes) -> int:
        raise OSError(5, "Input/output error", str(self))

    def work() -> None:
        with Staging(tmp_path) as staging:
            staging.write(ONE, "new")
            staging.commit()
            raise Trouble

    monkeypatch.setattr(Path, "write_bytes", failing)
    with pytest.raises(OutputError, match=r"so did putting back .*a/one\.txt; restore them from git"):
        work()


def test_a_lock_is_free_again_after_trouble(tmp_path: Path) -> None:
    with pytest.raises(Trouble), locked(tmp_path):
        raise Trouble

    with locked(tmp_path):
        assert list(tmp_path.iterdir()) == []


def test_two_folders_can_be_written_at_once(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()

    with locked(tmp_path / "a"), locked(tmp_path / "b"):
        assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


def test_a_folder_made_in_vain_is_gone_again(tmp_path: Path) -> None:
    with pytest.raises(Trouble), present(tmp_path / "new" / "deep"):
        raise Trouble

    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_has_got_content_meanwhile_stays(tmp_path: Path) -> None:
    def work() -> None:
        with present(tmp_path / "kept" / "deep"):
            (tmp_path / "kept" / "file").write_text("x", "utf-8")
            raise Trouble

    with pytest.raises(Trouble):
        work()

    assert files(tmp_path) == {"kept/file": "x"}
    assert not (tmp_path / "kept" / "deep").exists()
