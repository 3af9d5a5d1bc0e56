"""`tocsin backtest` as somebody calls it, against a server that answers as it is told."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generator.cli import main
from tests.generator.backtest.answering import Answer, Form, answering, nothing

SPEC = Path(__file__).parents[3] / "slo.yaml"
EVERY_KIND = SPEC.parent / "tests" / "cases" / "every-kind" / "slo.yaml"
LATENCY = "codex_bot_run_latency_p95"

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Its exit code, and what it printed."""

    def run(*arguments: str, spec: Path = SPEC) -> tuple[int, str]:
        code = main(["backtest", "--days=1", f"--spec={spec}", *arguments])
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


def breached(form: Form) -> Answer:
    """Everything that is asked for was there all the time; the latency's alert fires."""
    start, end, step = (round(float(form[name])) for name in ("start", "end", "step"))
    values = [[at, "1"] for at in range(start, end + 1, step)]
    if "__name__=~" in form["query"]:
        names = form["query"].split('__name__=~"')[1].split('"')[0].split("|")
        return 200, {"data": {"result": [{"metric": {"metric": name}, "values": values} for name in names]}}
    return (
        (200, {"data": {"result": [{"metric": {}, "values": values}]}}) if LATENCY in form["query"] else nothing(form)
    )


def changed(folder: Path, old: str, new: str) -> Path:
    text = SPEC.read_text("utf-8")
    assert old in text
    place = folder / "slo.yaml"
    place.write_text(text.replace(old, new), "utf-8")
    return place


def refusing(form: Form) -> Answer:
    """As above, but one question is refused."""
    if "codex_bot_run_failure_rate" in form["query"] and form["query"].endswith("> 0.5"):
        return 422, {"error": "found duplicate series for the match group"}
    return breached(form)


def test_one_refused_alert_costs_no_other_and_ends_in_one(run: Run) -> None:
    with answering(refusing) as (url, _):
        code, said = run("--system=codex-bot", f"--prometheus={url}")

    rows = {line.split()[0]: line for line in said.splitlines() if line}
    assert code == 1
    assert rows["CriticalRunFailureRate"].endswith("failed  found duplicate series for the match group")
    assert rows["HighP95Latency"].split()[2] == "1"
    assert rows["BackupTooOld"].split()[2] == "0"
    assert "1 failed" in said


def test_a_refused_alert_is_marked_in_the_data(run: Run) -> None:
    with answering(refusing) as (url, _):
        code, said = run("--system=codex-bot", f"--prometheus={url}", "--json")

    found = {each["alert"]: each for each in json.loads(said)["alerts"]}
    assert code == 1
    assert found["CriticalRunFailureRate"]["error"] == "found duplicate series for the match group"
    assert found["HighP95Latency"]["fired"] == 1


def test_rows_are_printed_while_others_are_still_asked_for(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    seen: list[str] = []

    def answer(form: Form) -> Answer:
        seen.append(capsys.readouterr().out)
        return breached(form)

    with answering(answer) as (url, _):
        run("--alert=HighP95Latency", "--alert=BackupTooOld", f"--prometheus={url}")

    assert "HighP95Latency" in "".join(seen)


def test_where_the_history_begins_need_not_be_known(run: Run) -> None:
    def answer(form: Form) -> Answer:
        return (422, {"error": "no regex on names"}) if "__name__=~" in form["query"] else breached(form)

    with answering(answer) as (url, _):
        code, said = run("--alert=HighP95Latency", f"--prometheus={url}")

    assert code == 0
    assert "where the history begins is not known, so all of it is taken to be there: no regex on names" in said
    assert "as if all of it were there" in said


def test_a_server_without_any_data_is_said_to_have_none(run: Run) -> None:
    with answering(nothing) as (url, _):
        code, said = run(f"--prometheus={url}")

    assert code == 0
    assert "nothing can be judged" in said
    assert "0 of 0 judged alerts would have fired, 0 times; 115 without data" in said


@pytest.mark.parametrize("options", [("--alert=NewLatency",), ("--system=codex-bot", "--alert=NewLatency")])
def test_an_alert_that_only_the_second_spec_has_can_be_asked_for(
    run: Run, tmp_path: Path, options: tuple[str, ...]
) -> None:
    second = changed(tmp_path, "HighP95Latency", "NewLatency")
    with answering(breached) as (url, _):
        code, said = run(*options, f"--against={second}", "--json", f"--prometheus={url}")

    (row,) = json.loads(said)["alerts"]
    assert code == 0
    assert (row["alert"], row["before"], row["after"]["fired"], row["differs"]) == ("NewLatency", None, 1, True)


def test_a_system_that_only_the_second_spec_has_can_be_asked_for(run: Run) -> None:
    with answering(nothing) as (url, _):
        code, said = run("--system=agentos", f"--against={SPEC}", f"--prometheus={url}", spec=EVERY_KIND)

    assert code == 0, said
    assert "DroviAgentRunLatencyP95High" in said


@pytest.mark.parametrize("option", ["--alert=NoSuch", "--system=no-such"])
def test_what_neither_spec_has_is_refused(run: Run, option: str) -> None:
    code, said = run(option, f"--against={SPEC}", "--prometheus=http://localhost:1")

    assert code == 2
    assert "there is no" in said


def test_a_new_alert_that_would_never_have_fired_changes_nothing(run: Run, tmp_path: Path) -> None:
    second = changed(tmp_path, "BackupTooOld", "NewBackupTooOld")
    with answering(breached) as (url, _):
        _, said = run("--system=codex-bot", f"--against={second}", f"--prometheus={url}")

    assert ": 0 of 25 alerts would have fired differently" in said


def test_that_neither_spec_could_be_judged_is_no_sign_that_they_are_the_same(run: Run) -> None:
    with answering(nothing) as (url, _):
        _, said = run("--alert=HighP95Latency", f"--against={SPEC}", f"--prometheus={url}")

    assert "0 of 1 alerts would have fired differently; 1 without data, which says nothing about them" in said


def test_what_the_server_warns_of_is_said(run: Run) -> None:
    def answer(form: Form) -> Answer:
        code, data = breached(form)
        return code, data | {"warnings": ["partial response"]}

    with answering(answer) as (url, _):
        _, said = run("--alert=HighP95Latency", f"--prometheus={url}")

    assert "the server warns: partial response" in said


def test_credentials_reach_the_server(run: Run, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("s3cret\n", "utf-8")
    with answering(breached) as (url, asked):
        options = (f"--token-file={tmp_path / 'token'}", "--tenant=a", "--header=X-One=b")
        code, said = run("--alert=HighP95Latency", f"--prometheus={url}", *options)

    known: list[Any] = [[each.headers[name] for name in ("authorization", "x-scope-orgid", "x-one")] for each in asked]
    assert code == 0
    assert known == [["Bearer s3cret", "a", "b"]] * len(asked)
    assert "s3cret" not in said


def test_an_unknown_asker_is_told_what_to_write_and_nothing_is_judged(run: Run) -> None:
    with answering(lambda _: (401, b"")) as (url, asked):
        code, said = run(f"--prometheus={url}")

    assert (code, len(asked)) == (2, 1)
    assert "--token-file FILE" in said


def test_a_password_in_the_address_is_not_repeated(run: Run) -> None:
    code, said = run("--prometheus=http://me:s3cret@localhost:9090")

    assert code == 2
    assert "--password-file FILE" in said
    assert "s3cret" not in said
