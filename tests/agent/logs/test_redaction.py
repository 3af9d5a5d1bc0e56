"""Holds redaction to taking out what it must and leaving the rest."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.logs import Redaction, redaction

PLANTED = [
    "7654321:" + "A" * 35,
    "sk-ant-api03-" + "x" * 20,
    "ghp_" + "a1" * 18,
    "github_pat_" + "a1" * 18,
    "AKIA" + "A" * 16,
    "xoxb-1234567890-abc",
    "eyJ" + "a" * 12 + "." + "b" * 12 + "." + "c" * 12,
]


@pytest.mark.parametrize("secret", PLANTED)
@pytest.mark.parametrize("around", ["{}", "x {} y", '{{"k": "{}"}}', "https://example.com/{}/x"])
def test_what_looks_like_a_secret_is_masked(secret: str, around: str) -> None:
    assert secret not in Redaction()(around.format(secret))


def test_a_bot_token_inside_an_address_is_masked() -> None:
    assert Redaction()(f"https://api.telegram.org/bot{PLANTED[0]}/getMe") == "https://api.telegram.org/bot***/getMe"


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer swordfish",
        "x-local-api-key: swordfish",
        "OPENAI_API_KEY=swordfish",
        '{"password": "swordfish"}',
        "postgres://me:swordfish@db/x",
        "--token=swordfish",
        "BEARER swordfish",
        "\u017fecret=swordfish",  # a long s is an s to whoever ignores case
        "to\u212aen=swordfish",  # and a Kelvin sign a k
        "author\u0131zation: basic swordfish",  # and a dotless i an i
    ],
)
def test_what_is_called_a_secret_is_masked(text: str) -> None:
    assert "swordfish" not in Redaction()(text)


@pytest.mark.parametrize("text", ["42 tokens used", "run 550e8400-e29b-41d4-a716-446655440000 done", "at 12:30:45 ok"])
def test_ordinary_text_stays(text: str) -> None:
    assert Redaction()(text) == text


@given(st.text(), st.text(), st.text(alphabet="abcdef0123456789", min_size=8, max_size=40))
def test_a_known_secret_never_survives(before: str, after: str, secret: str) -> None:
    assert secret not in Redaction([secret])(before + secret + after)


PIECES = [
    *PLANTED,
    "a known secret",
    "Bearer swordfish",
    "-----BEGIN PRIVATE KEY-----",
    "-----END PRIVATE KEY-----",
    "https://me:swordfish@db",
    "x" * 7,
    " ",
    "\n",
    '"',
]


@given(st.lists(st.sampled_from(PIECES), max_size=60), st.integers(1, 50))
def test_a_long_text_looked_at_in_steps_loses_the_same_secrets(pieces: list[str], step: int) -> None:
    text, redact = "".join(pieces), Redaction(["a known secret"])
    whole = redact(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(redaction, "STEP", step)
        redact._overlap = 60  # as many characters as any of these is known by
        assert redact(text) == whole


def test_a_private_key_is_masked_to_its_end_or_to_the_end_of_the_text() -> None:
    head, tail = "-----BEGIN RSA PRIVATE KEY-----", "-----END RSA PRIVATE KEY-----"

    assert Redaction()(f"a {head}\nMII\n{tail} b") == "a *** b"
    assert Redaction()(f"a {head}\nMII") == "a ***"


@pytest.mark.parametrize("unit", ["x", "9", "eyJ-", "token", "sk", "://a", "-----BEGIN ", "a:", "\n", " "])
def test_it_takes_a_line_of_megabytes_in_its_stride(unit: str) -> None:
    line = unit * (2_000_000 // len(unit))

    began = time.process_time()
    Redaction(["a known secret"])(line)

    assert time.process_time() - began < 3
