"""Holds a bundle to telling the disk's drift, and to changing the disk altogether or not at all."""

from pathlib import Path, PurePosixPath

import pytest

from generator.artifact import HEADER, MARK, Artifact
from generator.bundle.contents import Bundle, Difference, Drift
from generator.bundle.staging import locked
from generator.errors import OutputError

RULES, PAGE, ROOT = "monitoring/rules/shop.yaml", "monitoring/runbooks/Queue.md", "argocd/root.yaml"
BUNDLE = Bundle([Artifact.at(ROOT, "root"), Artifact.at(RULES, "rules"), Artifact.at(PAGE, "page")])


def tree(root: Path) -> dict[str, bytes]:
    """Every file under a folder, hidden ones included, and every folder."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes() if path.is_file() else b"a folder"
        for path in root.rglob("*")
    }


def drift(root: Path, bundle: Bundle = BUNDLE) -> dict[str, Drift]:
    """What differs, by path."""
    return {str(difference.path): difference.drift for difference in bundle.differences(root)}


def put(root: Path, path: str, text: str) -> Path:
    """A file that somebody put there."""
    place = root / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8")
    return place


def test_an_artifact_ends_in_one_newline() -> None:
    assert Artifact.at("a", "text\n\n\n").text == Artifact.at("a", "text").text == "text\n"


def test_what_is_written_is_there_and_the_same(tmp_path: Path) -> None:
    done = BUNDLE.write(tmp_path)

    assert {str(difference.path) for difference in done} == {ROOT, RULES, PAGE}
    assert (tmp_path / RULES).read_bytes() == b"rules\n"
    assert drift(tmp_path) == {}


def test_writing_twice_changes_nothing_the_second_time(tmp_path: Path) -> None:
    BUNDLE.write(tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}

    done = BUNDLE.write(tmp_path)

    assert done == []
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_each_kind_of_drift_is_told_in_the_order_of_paths(tmp_path: Path) -> None:
    BUNDLE.write(tmp_path)
    put(tmp_path, RULES, "edited by hand\n")
    (tmp_path / PAGE).unlink()
    put(tmp_path, "monitoring/old.yaml", "old\n")

    found = list(BUNDLE.differences(tmp_path))

    assert found == [
        Difference(PurePosixPath("monitoring/old.yaml"), Drift.ORPHAN),
        Difference(PurePosixPath(RULES), Drift.CHANGED),
        Difference(PurePosixPath(PAGE), Drift.MISSING),
    ]


@pytest.mark.parametrize(
    "text",
    ["rules", "rules\n\n", "rules\r\n", "Rules\n", ""],
    ids=["no newline", "two", "of Windows", "a letter", "empty"],
)
def test_a_single_byte_is_drift(tmp_path: Path, text: str) -> None:
    BUNDLE.write(tmp_path)
    (tmp_path / RULES).write_bytes(text.encode())

    assert drift(tmp_path) == {RULES: Drift.CHANGED}


def test_a_folder_in_a_files_place_is_a_missing_file(tmp_path: Path) -> None:
    (tmp_path / RULES).mkdir(parents=True)

    assert drift(tmp_path)[RULES] is Drift.MISSING


def test_files_outside_our_folders_are_nobodys_orphans(tmp_path: Path) -> None:
    BUNDLE.write(tmp_path)
    put(tmp_path, "slo.yaml", f"# {MARK}")
    put(tmp_path, "docs/notes.md", f"# {MARK}")

    assert drift(tmp_path) == {}


def test_a_part_of_the_bundle_knows_no_orphans(tmp_path: Path) -> None:
    BUNDLE.write(tmp_path)
    part = Bundle(BUNDLE.artifacts[:1], whole=False)

    assert drift(tmp_path, part) == {}


def test_an_orphan_with_our_mark_is_removed_with_the_folder_that_it_leaves_empty(tmp_path: Path) -> None:
    BUNDLE.write(tmp_path)
    put(tmp_path, "monitoring/gone/away/old.yaml", f"# {HEADER}\n")

    done = BUNDLE.write(tmp_path)

    assert [difference.drift for difference in done] == [Drift.ORPHAN]
    assert not (tmp_path / "monitoring/gone").exists()
    assert (tmp_path / "monitoring").is_dir()


def test_an_orphan_without_our_mark_is_told_and_left_alone(tmp_path: Path) -> None:
    BUNDLE.write(tmp_path)
    mine = put(tmp_path, "monitoring/notes.md", "mine\n")

    done = BUNDLE.write(tmp_path)

    assert [str(difference.path) for difference in done] == ["monitoring/notes.md"]
    assert mine.read_text(encoding="utf-8") == "mine\n"


def test_a_neighbour_of_an_orphan_keeps_its_folder(tmp_path: Path) -> None:
    put(tmp_path, "monitoring/gone/old.yaml", f"# {HEADER}\n")
    mine = put(tmp_path, "monitoring/gone/notes.md", "mine\n")

    BUNDLE.write(tmp_path)

    assert mine.is_file()
    assert not (tmp_path / "monitoring/gone/old.yaml").exists()


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_write_that_fails_at_any_point_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    put(tmp_path, RULES, "before\n")
    put(tmp_path, "monitoring/gone/old.yaml", f"# {HEADER}\n")
    before = tree(tmp_path)
    calls = 0
    replace = Path.replace

    def failing(self: Path, target: Path) -> Path:
        nonlocal calls
        calls += 1
        if calls == number:
            raise OSError(5, "Input/output error", str(target))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(OutputError, match=r"Input/output error; .*; nothing was changed"):
        BUNDLE.write(tmp_path)

    assert tree(tmp_path) == before


def test_a_removal_that_fails_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a", "b"):
        put(tmp_path, f"monitoring/gone/{name}.yaml", f"# {HEADER}\n")
    before = tree(tmp_path)
    unlink = Path.unlink

    def failing(self: Path, missing_ok: bool = False) -> None:  # noqa: FBT002 - as pathlib has it
        if self.name == "b.yaml":
            raise PermissionError(13, "Permission denied", str(self))
        unlink(self, missing_ok)

    monkeypatch.setattr(Path, "unlink", failing)
    with pytest.raises(OutputError, match=r"b\.yaml: Permission denied"):
        BUNDLE.write(tmp_path)

    assert tree(tmp_path) == before


def test_an_interruption_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, RULES, "before\n")
    before = tree(tmp_path)

    def interrupted(self: Path, target: Path) -> Path:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        BUNDLE.write(tmp_path)

    assert tree(tmp_path) == before


@pytest.mark.parametrize(
    ("in_the_way", "said"),
    [
        (f"{RULES}/x", "shop.yaml: Is a directory"),
        ("monitoring", "monitoring: File exists"),
        ("argocd/root.yaml/x", "root"),
    ],
    ids=["a folder in a file's place", "a file in a folder's place", "another folder"],
)
def test_what_stands_in_the_way_is_named_and_nothing_is_changed(tmp_path: Path, in_the_way: str, said: str) -> None:
    put(tmp_path, in_the_way, "in the way\n")
    before = tree(tmp_path)

    with pytest.raises(OutputError, match=f"cannot write .*{said}.*; nothing was changed"):
        BUNDLE.write(tmp_path)

    assert tree(tmp_path) == before


def test_a_full_disk_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, RULES, "before\n")
    before = tree(tmp_path)
    write_text = Path.write_text

    def failing(self: Path, data: str, *args: str, **options: str) -> int:
        if self.name.startswith(".Queue"):
            write_text(self, data[:2], *args, **options)
            raise OSError(28, "No space left on device")  # as a failed write says it, without the file's name
        return write_text(self, data, *args, **options)

    monkeypatch.setattr(Path, "write_text", failing)
    with pytest.raises(
        OutputError,
        match=r"cannot write .*/Queue\S*: No space left on device; free some space on that disk; nothing was changed",
    ):
        BUNDLE.write(tmp_path)

    assert tree(tmp_path) == before


def test_a_folder_that_was_made_for_a_failed_write_is_gone_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(self: Path, target: Path) -> Path:
        raise OSError(5, "Input/output error", str(target))

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(OutputError):
        BUNDLE.write(tmp_path / "new" / "folder")

    assert tree(tmp_path) == {}


def test_a_file_in_the_roots_place_is_told(tmp_path: Path) -> None:
    put(tmp_path, "root", "a file\n")

    with pytest.raises(OutputError, match=r"cannot write .*root: File exists; .*; nothing was changed"):
        BUNDLE.write(tmp_path / "root")


def test_a_second_writer_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    with locked(tmp_path), pytest.raises(OutputError, match=r"another render is writing to .*; wait for it to end"):
        BUNDLE.write(tmp_path)

    assert tree(tmp_path) == {}


def test_the_next_writer_may_write_and_no_lock_is_left(tmp_path: Path) -> None:
    with locked(tmp_path):
        pass

    BUNDLE.write(tmp_path)

    assert {path for path in tree(tmp_path) if path.rpartition("/")[2].startswith(".")} == set()


def test_a_link_to_nowhere_is_no_file_and_no_reason_to_fail(tmp_path: Path) -> None:
    BUNDLE.write(tmp_path)
    (tmp_path / "monitoring" / "dangling.yaml").symlink_to("nowhere")

    assert drift(tmp_path) == {}
    assert BUNDLE.write(tmp_path) == []
