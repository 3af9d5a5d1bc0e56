"""Files that were sent in either direction, by the identifier that Telegram would give them."""

import hashlib
from dataclasses import dataclass
from typing import Final

from agent.sandbox.arguments import Upload
from agent.sandbox.errors import bad_request
from agent.sandbox.plain import JsonObject

MAX_DOWNLOAD: Final = 20 * 1024 * 1024
MAX_UPLOAD: Final = 50 * 1024 * 1024
MAX_PHOTO: Final = 10 * 1024 * 1024
_IMAGES: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"RIFF")


@dataclass(frozen=True, slots=True)
class File:
    """One stored file.

    Attributes:
        size: what Telegram says it measures; a test may claim more than the content has.
    """

    identifier: str
    unique: str
    name: str
    mime: str
    content: bytes
    size: int
    path: str

    def as_document(self) -> JsonObject:
        """The `Document` of the Bot API."""
        return self.as_file() | {"file_name": self.name, "mime_type": self.mime}

    def as_photo(self) -> JsonObject:
        """The `PhotoSize` of the Bot API; nobody looks at its width."""
        return self.as_file() | {"width": 640, "height": 480}

    def as_file(self) -> JsonObject:
        """What identifies it anywhere."""
        return {"file_id": self.identifier, "file_unique_id": self.unique, "file_size": self.size}


class Files:
    """All files of one bot."""

    def __init__(self) -> None:
        self._files: dict[str, File] = {}

    def add(self, upload: Upload, folder: str, size: int | None = None) -> File:
        """Keep an upload; it must not be empty."""
        if not upload.content and not size:
            raise bad_request("file must be non-empty")
        number = len(self._files) + 1
        unique = hashlib.sha256(b"%d:" % number + upload.content).hexdigest()[:16]
        kind = "." + upload.name.rpartition(".")[2] if "." in upload.name else ""
        measured = len(upload.content) if size is None else size
        path = f"{folder}/file_{number}{kind}"
        file = File(f"BQAC{unique}", f"AgAD{unique[:8]}", upload.name, upload.mime, upload.content, measured, path)
        self._files[file.identifier] = file
        return file

    def get(self, identifier: str) -> File:
        """The file behind a `file_id`."""
        if identifier not in self._files:
            raise bad_request("wrong file identifier/HTTP URL specified")
        return self._files[identifier]

    def at(self, path: str) -> File | None:
        """The file behind a download path."""
        return next((file for file in self._files.values() if file.path == path), None)


def is_image(content: bytes) -> bool:
    """Whether the content starts like a picture."""
    return content.startswith(_IMAGES)
