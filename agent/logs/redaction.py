"""Takes secrets out of text: those the settings know, and whatever looks like one."""

import re
from collections.abc import Iterable

MASK = "***"
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

    def __call__(self, text: str) -> str:
        """The text without its secrets."""
        if self._known is not None:
            text = self._known.sub(MASK, text)
        for words, shape in _SHAPES:
            if any(word in text for word in words):
                text = shape.sub(MASK, text)
        folded = text.casefold()  # as IGNORECASE sees it
        for word, named in _NAMED:
            if word in folded:
                text = named.sub(rf"\1{MASK}", text)
        return text
