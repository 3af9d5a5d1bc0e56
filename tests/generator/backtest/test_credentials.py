"""Who asks: secrets come from files or the environment, and no error repeats them."""

from pathlib import Path

import pytest

from generator.backtest.credentials import PASSWORD, TENANT, TOKEN, Credentials
from generator.cli import options
from generator.errors import TocsinError


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    file = tmp_path / "secret"
    file.write_text("s3cret\n", "utf-8")
    return file


def test_a_token_comes_from_a_file(secret: Path) -> None:
    assert Credentials(token_file=secret).read({}) == {"Authorization": "Bearer s3cret"}


def test_a_token_comes_from_the_environment() -> None:
    assert Credentials().read({TOKEN: "s3cret"}) == {"Authorization": "Bearer s3cret"}


def test_a_user_has_a_password_from_a_file_or_from_the_environment(secret: Path) -> None:
    basic = {"Authorization": "Basic bWU6czNjcmV0"}  # me:s3cret

    assert Credentials(user="me", password_file=secret).read({}) == basic
    assert Credentials(user="me").read({PASSWORD: "s3cret", TOKEN: "another"}) == basic


def test_a_tenant_is_a_header() -> None:
    assert Credentials(tenant="a|b").read({}) == {TENANT: "a|b"}


def test_a_header_is_written_or_comes_from_a_file(secret: Path) -> None:
    found = Credentials(headers=["X-One=a=b", f"X-Two=@{secret}"]).read({})

    assert found == {"X-One": "a=b", "X-Two": "s3cret"}


def test_without_any_there_are_none() -> None:
    assert Credentials().read({}) == {}


@pytest.mark.parametrize(
    ("credentials", "said"),
    [
        (Credentials(token_file=Path("gone")), r"--token-file: gone: No such file"),
        (Credentials(user="me", token_file=Path("gone")), "two ways"),
        (Credentials(password_file=Path("gone")), "--user NAME"),
        (Credentials(user="me"), f"--password-file FILE beside it, or set {PASSWORD}"),
        (Credentials(user="me:s3cret"), "a name has no ':'"),
        (Credentials(headers=["s3cret"]), "write NAME=VALUE"),
        (Credentials(headers=["Bad Name=s3cret"]), "write NAME=VALUE"),
        (Credentials(headers=["X-One=s3cret\nX-Two: b"]), "the header X-One"),
        (Credentials(headers=["X-One=s3cret-ü"]), "the header X-One"),
        (Credentials(headers=["X-One="]), "the header X-One"),
        (Credentials(tenant=""), f"the header {TENANT}"),
    ],
)
def test_what_is_wrong_with_them_is_one_error_that_repeats_no_secret(credentials: Credentials, said: str) -> None:
    with pytest.raises(TocsinError, match=said) as raised:
        credentials.read({})

    assert "s3cret" not in str(raised.value)


@pytest.mark.parametrize("content", ["", "\n", "two\nlines", "\x00"])
def test_a_file_that_holds_no_secret_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "secret").write_text(content, "utf-8")

    with pytest.raises(TocsinError, match=r"is empty|more than one line"):
        Credentials(token_file=tmp_path / "secret").read({})


def test_the_help_names_the_variables(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    with pytest.raises(SystemExit):
        options.parser().parse_args(["backtest", "--help"])
    said = capsys.readouterr().out

    assert all(name in said for name in (TOKEN, PASSWORD, TENANT))
