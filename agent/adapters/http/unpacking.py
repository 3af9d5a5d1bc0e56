"""Bodies that are packed: gzip and deflate, unpacked piece by piece, so that a small body never becomes a large one.

The server leaves packed bodies alone. It would answer an encoding that it lacks, such as zstd, with bare text before
any handler, and take one that it does not know for none.
"""

import zlib
from collections.abc import AsyncIterator, Iterator
from typing import Final

from aiohttp import web

from agent.adapters.http.refusals import Refused

PIECE: Final = 64 * 1024
"""How much is unpacked at a time."""

_BITS: Final = {"gzip": 31, "x-gzip": 31, "deflate": 15}
_WITHOUT_FRAME: Final = -15
"""How zlib calls deflate as some clients send it, against the standard."""


async def pieces(request: web.Request) -> AsyncIterator[bytes]:
    """The body, unpacked, as it arrives. Raises `Refused`: 415 for an unknown encoding, 400 for what is none of it."""
    encoding = request.headers.get("Content-Encoding", "").strip().lower()
    if encoding in {"", "identity"}:
        async for piece in request.content.iter_any():
            yield piece
        return
    if encoding not in _BITS:
        raise Refused(
            415,
            "unknown_encoding",
            "Send the body as it is, or packed as gzip or deflate; no other Content-Encoding is known here.",
            headers={"Accept-Encoding": "gzip, deflate"},
        )
    packed = _Packed(_BITS[encoding])
    async for piece in request.content.iter_any():
        for unpacked in packed.fed(piece):
            yield unpacked
    packed.end()


class _Packed:
    """One packed body on its way."""

    def __init__(self, bits: int) -> None:
        self._bits = bits
        self._stream = zlib.decompressobj(bits)
        self._has_begun = False

    def fed(self, data: bytes) -> Iterator[bytes]:
        """What the next bytes hold, in pieces of a bounded size. Raises `Refused`."""
        self._begin(data)
        try:
            while True:
                if self._stream.eof and data:  # members of gzip may follow one another
                    self._stream = zlib.decompressobj(self._bits)
                piece = self._stream.decompress(data, PIECE)
                yield piece
                data = self._stream.unconsumed_tail or self._stream.unused_data
                if not data and len(piece) < PIECE:
                    return
        except zlib.error:
            raise _undecodable() from None

    def end(self) -> None:
        """Raises `Refused` for a body that breaks off."""
        if self._has_begun and not self._stream.eof:
            raise _undecodable()

    def _begin(self, data: bytes) -> None:
        if not self._has_begun and self._bits == _BITS["deflate"] and data[0] & 0x0F != zlib.DEFLATED:
            self._bits = _WITHOUT_FRAME
            self._stream = zlib.decompressobj(self._bits)
        self._has_begun = True


def _undecodable() -> Refused:
    return Refused(400, "malformed", "The body cannot be decoded.")
