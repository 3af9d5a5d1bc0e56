"""Files in and out of a worktree, whatever an agent has left there and whatever a file is called."""

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.adapters.telegram.dispatch.files import tidy
from agent.adapters.telegram.dispatch.worktree_files import put, safe_name, take
from agent.errors import Conflict, NotFound
from tests.agent.adapters.telegram.dispatch.office import OPERATOR, Office

PHOTO = [{"file_id": "F1", "file_size": 3}]


def sent(office: Office, caption: str = "", **document: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    fields = {"file_id": "F1", "file_name": "plan.txt", "file_size": 5, **document}
    return office.written(OPERATOR, "", caption=caption, document=fields)


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    (tmp_path / "secret").write_text("outside")
    return folder


@pytest.fixture
def source(tmp_path: Path) -> Path:
    made = tmp_path / "source"
    made.write_bytes(b"hello")
    return made


async def test_a_file_is_put_into_the_session_and_its_caption_is_run(office: Office) -> None:
    office.courtesy.files["F1"] = b"hello"
    await office.hears(sent(office, "/run read it"))

    (session,) = await office.sessions()
    assert (Path(session.workspace) / "inbox" / "plan.txt").read_bytes() == b"hello"
    (run,) = await office.runs()
    assert run.prompt == "read it\n\nThe file that came along is inbox/plan.txt."
    assert not list((office.folder / "spool").iterdir())


async def test_a_file_without_words_is_kept_and_confirmed(office: Office) -> None:
    office.courtesy.files["F1"] = b"abc"
    await office.says(OPERATOR, "/new app")
    await office.hears(office.written(OPERATOR, "", photo=PHOTO))
    assert await office.runs() == []
    assert "inbox/photo.jpg" in (await office.messages())[-1].text
    assert "file.received" in await office.audited()


async def test_a_file_that_is_too_large_or_gone_is_refused(office: Office) -> None:
    await office.says(OPERATOR, "/new app")
    await office.hears(sent(office, file_size=20 * 1024 * 1024 + 1))
    await office.hears(sent(office, file_id="F9"))
    office.courtesy.files["F1"] = bytes(20 * 1024 * 1024 + 1)
    await office.hears(sent(office, file_size=0))
    texts = [message.text for message in await office.messages()][1:]
    assert ["20 MB" in text for text in texts] == [True, False, True]
    assert "could not be fetched" in texts[1]
    assert not (Path((await office.sessions())[0].workspace) / "inbox").exists()


async def test_a_file_from_somebody_without_a_place_for_it_is_refused(office: Office) -> None:
    await office.register("web")
    await office.hears(sent(office))
    assert "/new PROJECT" in (await office.messages())[-1].text


async def test_a_file_is_sent_as_a_copy_that_outlives_the_session(office: Office) -> None:
    await office.says(OPERATOR, "/new app")
    (session,) = await office.sessions()
    (Path(session.workspace) / "sub").mkdir()
    (Path(session.workspace) / "sub" / "a b.txt").write_text("content")
    await office.says(OPERATOR, "/get sub/a b.txt")

    message = (await office.messages())[-1]
    (Path(session.workspace) / "sub" / "a b.txt").write_text("changed")
    assert await asyncio.to_thread(Path(message.document).read_text) == "content"
    assert Path(message.document).name == "a_b.txt"
    assert "file.sent" in await office.audited()
    assert await office.dispatcher.tidy() == 0
    assert tidy(office.folder / "spool", kept_seconds=-1) == 1
    assert tidy(office.folder / "nowhere") == 0


async def test_what_lies_outside_cannot_be_had(office: Office) -> None:
    await office.says(OPERATOR, "/new app")
    for path in ("../../state.db", "/etc/passwd", "nothing", ".", "a\0b", "x" * 5000):
        (reply,) = await office.says(OPERATOR, f"/get {path}")
        assert reply.startswith("⚠️")
    assert not any(message.document for message in await office.messages())


def test_links_out_of_the_worktree_are_not_followed(work: Path, tmp_path: Path) -> None:
    (work / "link").symlink_to(tmp_path / "secret")
    (work / "folder").symlink_to(tmp_path)
    (work / "loop").symlink_to("loop")
    for path in ("link", "folder/secret", "loop", "../secret"):
        with pytest.raises((Conflict, NotFound)):
            take(work, path, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


def test_a_link_inside_the_worktree_is_what_it_points_to(work: Path, tmp_path: Path) -> None:
    (work / "real").write_text("inside")
    (work / "link").symlink_to("real")
    assert take(work, "link", tmp_path / "deep" / "copy") == 6
    assert (tmp_path / "deep" / "copy").read_text() == "inside"


def test_pipes_and_folders_are_no_files(work: Path, tmp_path: Path) -> None:
    os.mkfifo(work / "pipe")
    (work / "folder").mkdir()
    for path in ("pipe", "folder", "."):
        with pytest.raises(Conflict):
            take(work, path, tmp_path / "copy")


def test_a_file_that_is_too_large_to_send_is_refused(work: Path, tmp_path: Path) -> None:
    with (work / "large").open("wb") as large:
        large.truncate(50 * 1024 * 1024 + 1)
    with pytest.raises(Conflict, match="50 MB"):
        take(work, "large", tmp_path / "copy")


def test_a_folder_that_is_a_link_takes_no_file(work: Path, source: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (work / "inbox").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Conflict, match="cannot be put"):
        put(work, "a.txt", source)
    assert not list((tmp_path / "elsewhere").iterdir())


def test_nothing_is_overwritten_and_the_same_content_is_the_same_file(work: Path, source: Path, tmp_path: Path) -> None:
    (work / "inbox").mkdir()
    (work / "inbox" / "a.txt").symlink_to(tmp_path / "secret")
    (work / "inbox" / ".a.txt.part").symlink_to(tmp_path / "secret")
    assert put(work, "a.txt", source) == "inbox/a-2.txt"
    assert put(work, "a.txt", source) == "inbox/a-2.txt"
    source.write_bytes(b"other")
    assert put(work, "a.txt", source) == "inbox/a-3.txt"
    assert (tmp_path / "secret").read_text() == "outside"
    assert sorted(each.name for each in (work / "inbox").iterdir()) == ["a-2.txt", "a-3.txt", "a.txt"]


@given(st.text(st.characters(), max_size=400))
def test_every_name_becomes_a_safe_one(name: str) -> None:
    safe = safe_name(name)
    assert safe == Path(safe).name
    assert not safe.startswith(".")
    assert 0 < len(os.fsencode(safe)) <= 100
    assert safe_name(safe) == safe
