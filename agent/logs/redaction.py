"""Takes secrets out of text: those the settings know, and whatever looks like one.

A long text is looked at a piece at a time: one look at ten megabytes holds Python up for everybody else, whichever
thread it is in.
"""

import re
from collections.abc import Iterable, Iterator

MASK = "***"
STEP = 64 * 1024
"""Characters of one look."""

_OVERLAP = 4096
"""By which one look reaches into the next: more than any shape needs to be known by."""

_SHORTEST = 6  # a shorter "secret" would mask ordinary words

# Every repetition that something else may follow is bounded: the time stays linear in the text, whatever the text is.
# In front of each shape stand words of which it needs one: looking for them first makes ordinary text ten times faster.
_SHAPES = tuple(
    (needed, re.compile(shape))
    for needed, shape in (
        ((":",), r"\d{5,20}:[\w-]{30,}"),  # Telegram bot token, also inside /bot<token>/ addresses
        (("sk-",), r"sk-[A-Za-z0-9_-]{16,}"),  # OpenAI and Anthropic
        (("gh",), r"gh[pousr]_[A-Za-z0-9]{20,}"),  # GitHub
        (("github_pat_",), r"github_pat_[A-Za-z0-9_]{20,}"),
        (("glpat-", "glptt-"), r"gl(?:pat|ptt)-[\w-]{16,}"),  # GitLab
        (("xox",), r"xox[abprs]-[A-Za-z0-9-]{10,}"),  # Slack
        (("AKIA", "ASIA"), r"A(?:KIA|SIA)[A-Z0-9]{16}"),  # AWS access key ids
        (("eyJ",), r"eyJ[\w-]{10,200}\.[\w-]{10,2000}\.[\w-]{10,}"),  # JSON web tokens
        (
            ("-----BEGIN",),
            r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|\Z)",
        ),
    )
)
_NAMED = tuple(
    (needed, re.compile(f"({name})([^\\s\"',;&@]{{4,}})", re.IGNORECASE))
    for needed, name in (
        ("bearer", r"bearer\s{1,8}"),
        ("author", r"authorization[\"']?\s{0,8}[:=]\s{0,8}[\"']?(?:basic|token)\s{1,8}"),
        ("key", r"api[_-]?key[\"']?\s{0,8}[:=]\s{0,8}[\"']?"),
        ("secret", r"secret[\"']?\s{0,8}[:=]\s{0,8}[\"']?"),
        ("token", r"token[\"']?\s{0,8}[:=]\s{0,8}[\"']?"),
        ("passw", r"passw(?:or)?d[\"']?\s{0,8}[:=]\s{0,8}[\"']?"),
        ("://", r"://[^/\s:@]{0,256}:(?=[^/\s@]{1,256}@)"),  # the password of a URL
    )
)


class Redaction:
    """Masks known secrets and everything shaped like one. Pure; the same text always gives the same result."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        known = sorted({secret for secret in secrets if len(secret) >= _SHORTEST}, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None
        self._overlap = max(_OVERLAP, *map(len, known)) if known else _OVERLAP

    def __call__(self, text: str) -> str:
        """The text without its secrets."""
        if self._known is not None:
            text = self._replaced(self._known, MASK, text)
        for words, shape in _SHAPES:
            if any(word in text for word in words):
                text = self._replaced(shape, MASK, text)
        folded = text.casefold()  # as IGNORECASE sees it
        for word, named in _NAMED:
            if word in folded:
                text = self._replaced(named, rf"\1{MASK}", text)
        return text

    def _replaced(self, shape: re.Pattern[str], by: str, text: str) -> str:
        """As `shape.sub(by, text)`, a step at a time."""
        if len(text) <= STEP + self._overlap:
            return shape.sub(by, text)
        pieces, done = [], 0
        for found in self._matches(shape, text):
            pieces += [text[done : found.start()], found.expand(by)]
            done = found.end()
        return "".join([*pieces, text[done:]])

    def _matches(self, shape: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
        at = 0
        while at < len(text):
            end = min(at + STEP + self._overlap, len(text))
            certain = end if end == len(text) else end - self._overlap  # what begins later may need more than is seen
            for found in shape.finditer(text, at, end):
                if found.start() > certain:
                    break
                whole = found if found.end() < end else shape.match(text, found.start()) or found
                yield whole
                at = whole.end()
            at = max(at, certain)
