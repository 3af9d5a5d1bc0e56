"""Holds versions to being compared as versions, and targets to the oldest that the output loads in."""

import pytest

from generator.domain.targets import Targets, Version
from generator.errors import ValueProblem

OLDEST = Targets(**Targets.OLDEST)


@pytest.mark.parametrize(
    ("text", "version"),
    [("2.42", Version(2, 42)), ("v3.1", Version(3, 1)), ("0.28.1", Version(0, 28)), ("11.0", Version(11, 0))],
)
def test_a_version_is_read_without_its_patch(text: str, version: Version) -> None:
    assert Version.parse(text) == version


def test_a_version_is_written_without_its_patch() -> None:
    assert str(Version.parse("v0.28.1")) == "0.28"


@pytest.mark.parametrize("text", ["", "2", "2.", "two.one", "2.42.1.1", "2,42", "-1.0", "99999.1", "vv1.0"])
def test_what_is_no_version_is_refused(text: str) -> None:
    with pytest.raises(ValueProblem, match=r"is not a version; write major\.minor, such as 2\.42"):
        Version.parse(text)


def test_versions_are_compared_by_number() -> None:
    assert Version(2, 9) < Version(2, 42) < Version(3, 0)


def test_one_target_is_changed_at_a_time() -> None:
    found = OLDEST.with_version("alertmanager", Version(0, 30))

    assert found == Targets(OLDEST.prometheus, Version(0, 30), OLDEST.grafana)


@pytest.mark.parametrize(
    ("program", "version", "said"),
    [
        ("loki", Version(3, 0), "'loki' is no target; choose one of prometheus, alertmanager, grafana"),
        ("prometheus", Version(2, 41), "prometheus 2.41 is too old; the oldest supported is 2.42"),
    ],
    ids=["unknown program", "too old"],
)
def test_what_is_not_supported_is_refused(program: str, version: Version, said: str) -> None:
    with pytest.raises(ValueProblem, match=said):
        OLDEST.with_version(program, version)
