"""`parse_mode: HTML`, as strict as the real parser: Telegram's own tags only, properly closed, nothing else."""

import re
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, NoReturn

from agent.sandbox.errors import bad_request
from agent.sandbox.formatting import Formatted, utf16_length
from agent.sandbox.links import is_link
from agent.sandbox.plain import JsonObject

_KINDS: Final = MappingProxyType(
    {
        "b": "bold",
        "strong": "bold",
        "i": "italic",
        "em": "italic",
        "u": "underline",
        "ins": "underline",
        "s": "strikethrough",
        "strike": "strikethrough",
        "del": "strikethrough",
        "tg-spoiler": "spoiler",
        "span": "spoiler",
        "tg-emoji": "custom_emoji",
        "a": "text_link",
        "pre": "pre",
        "code": "code",
        "blockquote": "blockquote",
    }
)
_NAMED: Final = MappingProxyType({"lt": "<", "gt": ">", "amp": "&", "quot": '"'})
_REFERENCE: Final = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|([A-Za-z]+));?")
_TOKEN: Final = re.compile(r"[<&]")
_END_TAG: Final = re.compile(r"</([^\s>]*)\s*>")
_START_TAG: Final = re.compile(r"<([^\s>]*)(?=[\s>])")
_ATTRIBUTE: Final = re.compile(r"\s+([^\s=>]+)(?:\s*(=)\s*(\"[^\"]*\"|'[^']*'|[A-Za-z0-9.-]+))?(?=[\s>])")
_LARGEST: Final = 0x10FFFF


def parse_html(source: str) -> Formatted:
    """The text and entities of an HTML source; a refusal with Telegram's own words when it is not right."""
    return _Reader(source).read()


@dataclass(frozen=True, slots=True)
class _Open:
    tag: str
    attributes: dict[str, str]
    offset: int
    piece: int


@dataclass(slots=True)
class _Reader:
    source: str
    at: int = 0
    offset: int = 0
    pieces: list[str] = field(default_factory=list)
    opened: list[_Open] = field(default_factory=list)
    entities: list[JsonObject] = field(default_factory=list)

    def read(self) -> Formatted:
        while self.at < len(self.source):
            self._step()
        if self.opened:
            _refuse(f'Can\'t find end tag corresponding to start tag "{self.opened[-1].tag}"')
        ordered = sorted(self.entities, key=lambda entity: (entity["offset"], -entity["length"]))
        return Formatted("".join(self.pieces), tuple(ordered))

    def _step(self) -> None:
        found = _TOKEN.search(self.source, self.at)
        stop = found.start() if found else len(self.source)
        self._keep(self.source[self.at : stop])
        self.at = stop
        if found and found.group() == "&":
            self._reference()
        elif found:
            self._tag()

    def _keep(self, text: str) -> None:
        self.pieces.append(text)
        self.offset += utf16_length(text)

    def _reference(self) -> None:
        match = _REFERENCE.match(self.source, self.at)
        character = _character(match) if match else ""
        self.at = match.end() if match and character else self.at + 1
        self._keep(character or "&")

    def _tag(self) -> None:
        if self.source.startswith("</", self.at):
            self._end_tag()
        else:
            self._start_tag()

    def _start_tag(self) -> None:
        match = _START_TAG.match(self.source, self.at)
        if match is None:
            _refuse(f"Unclosed start tag at byte offset {self._bytes()}")
        tag = match.group(1).lower()
        if tag not in _KINDS:
            _refuse(f'Unsupported start tag "{tag}" at byte offset {self._bytes()}')
        attributes, end = self._attributes(tag, match.end())
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            _refuse(f'Tag "span" must have class "tg-spoiler" at byte offset {self._bytes()}')
        self.opened.append(_Open(tag, attributes, self.offset, len(self.pieces)))
        self.at = end

    def _attributes(self, tag: str, at: int) -> tuple[dict[str, str], int]:
        found: dict[str, str] = {}
        while match := _ATTRIBUTE.match(self.source, at):
            name, equals, value = match.groups()
            if not equals and (tag, name) != ("blockquote", "expandable"):
                where = f'the tag "{tag}" at byte offset {self._bytes()}'
                _refuse(f"Expected equal sign in declaration of an attribute of {where}")
            found[name] = _REFERENCE.sub(lambda found: _character(found) or found.group(), (value or "").strip("\"'"))
            at = match.end()
        at += len(self.source[at:]) - len(self.source[at:].lstrip())
        if not self.source.startswith(">", at):
            _refuse(f'Unclosed start tag "{tag}" at byte offset {self._bytes()}')
        return found, at + 1

    def _end_tag(self) -> None:
        if not self.opened:
            _refuse(f"Unexpected end tag at byte offset {self._bytes()}")
        match = _END_TAG.match(self.source, self.at)
        if match is None:
            _refuse(f"Unclosed end tag at byte offset {self._bytes()}")
        begun, name = self.opened.pop(), match.group(1).lower()
        if name not in ("", begun.tag):
            expected = f'expected "</{begun.tag}>", found "</{name}>"'
            _refuse(f"Unmatched end tag at byte offset {self._bytes()}, {expected}")
        if self.offset > begun.offset:
            self._close(begun)
        self.at = match.end()

    def _close(self, begun: _Open) -> None:
        entity: JsonObject = {"type": _KINDS[begun.tag], "offset": begun.offset, "length": self.offset - begun.offset}
        if begun.tag == "a":
            entity["url"] = begun.attributes.get("href") or "".join(self.pieces[begun.piece :])
        if begun.tag == "tg-emoji":
            entity["custom_emoji_id"] = _emoji(begun.attributes.get("emoji-id", ""))
        if "expandable" in begun.attributes:
            entity["type"] = "expandable_blockquote"
        if begun.tag != "a" or is_link(entity["url"]):
            self._add(entity, begun)

    def _add(self, entity: JsonObject, begun: _Open) -> None:
        last = self.entities[-1] if self.entities else {}
        same = last.get("offset") == entity["offset"] and last.get("length") == entity["length"]
        if begun.tag == "pre" and same and "language" in last:
            self.entities[-1] = last | {"type": "pre"}
            return
        language = begun.attributes.get("class", "")
        if begun.tag == "code" and language.startswith("language-"):
            entity["language"] = language.removeprefix("language-")
        self.entities.append(entity)

    def _bytes(self) -> int:
        return len(self.source[: self.at].encode("utf-8", "surrogatepass"))


def _character(match: re.Match[str]) -> str:
    hexadecimal, decimal, name = match.groups()
    if name:
        return _NAMED.get(name, "")
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    return chr(code) if 0 < code < _LARGEST else ""


def _emoji(identifier: str) -> str:
    if not identifier.isdecimal() or int(identifier) == 0:
        _refuse("Invalid custom emoji identifier specified")
    return identifier


def _refuse(why: str) -> NoReturn:
    raise bad_request(f"can't parse entities: {why}")
