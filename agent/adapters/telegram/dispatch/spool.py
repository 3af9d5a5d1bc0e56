"""Texts that go out as files: written to a folder of our own, for as long as a message may wait for Telegram."""

from pathlib import Path

from agent.adapters.telegram.dispatch.worktree_files import safe_name


def kept(spool: Path, key: str, name: str, text: str) -> str:
    """The path of a file with the text, or empty when there is none or the disk refuses. Blocks.

    It lies under the update's key, so that a repetition writes the same file again.
    """
    file = spool / safe_name(key) / safe_name(name)
    if not text:
        return ""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", errors="replace")
    except OSError:
        return ""
    return str(file)
