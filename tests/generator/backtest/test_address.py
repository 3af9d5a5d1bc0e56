"""Which addresses are taken, and that none of those refused shows a secret."""

import pytest

from generator.backtest.address import Address, shown
from generator.errors import TocsinError


@pytest.mark.parametrize("url", ["", "localhost:9090", "file:///etc/passwd", "http://", "http://[::1", "http://h:x"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(TocsinError, match="is no address"):
        Address.read(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://me:s3cret@host:9090",
        "htp://me:s3cret@host",
        "me:s3cret@host",
        "http://host/?t=s3cret",
        "http://h#s3cret",
    ],
)
def test_what_may_hold_a_secret_is_refused_and_not_shown(url: str) -> None:
    with pytest.raises(TocsinError, match=r"--user NAME --password-file FILE|ends before the") as raised:
        Address.read(url)

    assert "s3cret" not in str(raised.value)


def test_a_path_belongs_to_the_address() -> None:
    assert Address.read("https://host/prometheus/").of("query") == "https://host/prometheus/api/v1/query"


@pytest.mark.parametrize("url", ["https://me:s3cret@host/a?t=s3cret#s3cret", "https://[s3cret"])
def test_somebody_elses_address_is_shown_without_its_secrets(url: str) -> None:
    assert "s3cret" not in shown(url)
