"""`tocsin backtest`: when, how often and for how long the alerts would have fired in a server's history."""

import argparse
import json
import os
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from generator.backtest import (
    Address,
    Backtest,
    Compared,
    Credentials,
    Failed,
    History,
    Question,
    Refused,
    Server,
    Verdict,
    compared,
    questions,
)
from generator.cli import backtested as words
from generator.cli import request
from generator.cli.console import Console, Tone
from generator.domain.service import Service
from generator.errors import TocsinError
from generator.spec.problems import did_you_mean

_DAY = 86_400
_LONGEST = 3650
_FAILED = 1


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Print a row per alert as soon as it is judged; exit 0, or 1 when the server refused some."""
    if not 0 < arguments.days <= _LONGEST:
        raise TocsinError(f"--days: {arguments.days:g} days; write more than 0 and at most {_LONGEST}")
    server = _server(arguments)
    before, after = _chosen(arguments)
    now = time.time()
    backtest = Backtest(History(server), now - arguments.days * _DAY, now)
    _look(backtest, [*before, *after], console)
    if not arguments.json:
        console.note(words.beginning(backtest))
    telling = _Telling(backtest, console, is_data=arguments.json)
    if arguments.against is None:
        verdicts = telling.one(before)
    else:
        verdicts = telling.two(before, after, f"{arguments.spec} → {arguments.against}")
    return _FAILED if any(isinstance(verdict, Failed) for verdict in verdicts) else 0


def _server(arguments: argparse.Namespace) -> Server:
    credentials = Credentials(
        arguments.header, arguments.token_file, arguments.user, arguments.password_file, arguments.tenant
    )
    return Server(Address.read(arguments.prometheus), credentials.read(os.environ))


def _look(backtest: Backtest, asked: Sequence[Question], console: Console) -> None:
    console.progress("looking for where the history begins")
    try:
        backtest.look(asked)
    except Refused as refusal:
        console.warn(f"where the history begins is not known, so all of it is taken to be there: {refusal}")


def _chosen(arguments: argparse.Namespace) -> tuple[list[Question], list[Question]]:
    """The questions of the spec, and of the other one, about the systems and the alerts that are asked for.

    Raises:
        TocsinError: for a bad spec, and for a system or an alert that neither of them has.
    """
    files = [arguments.spec, *([arguments.against] if arguments.against else [])]
    services = [_service(file, arguments) for file in files]
    asked = [list(questions(service)) for service in services]
    _known("system", arguments.system, (system.name for service in services for system in service.systems))
    _known("alert", arguments.alert, (question.name for some in asked for question in some))
    found = [[each for each in some if _is_wanted(each, arguments)] for some in asked]
    return found[0], found[1] if arguments.against else []


def _service(file: Path, arguments: argparse.Namespace) -> Service:
    """All systems of it: which of them are asked for can only be judged with the other spec beside it."""
    return request.read(argparse.Namespace(**vars(arguments) | {"spec": file, "system": []})).service


def _known(option: str, names: Sequence[str], every: Iterable[str]) -> None:
    known = set(every)
    for name in names:
        if name not in known:
            raise TocsinError(f"--{option}: there is no {option} {name!r}; {did_you_mean(name, known)}")


def _is_wanted(question: Question, arguments: argparse.Namespace) -> bool:
    names, systems = arguments.alert, arguments.system
    return (not names or question.name in names) and (not systems or question.system in systems)


class _Telling:
    """Judges, and prints rows while it does; data is printed at its end, because it is one document."""

    def __init__(self, backtest: Backtest, console: Console, *, is_data: bool) -> None:
        self._backtest = backtest
        self._console = console
        self._is_data = is_data
        self._asked = 0
        self._of = 0

    def one(self, asked: Sequence[Question]) -> list[Verdict]:
        """One spec."""
        width, self._of = _width(asked), len(asked)
        self._say(words.head(width))
        verdicts = []
        for question in asked:
            verdicts.append(self._verdict(question))
            self._say(*words.row(verdicts[-1], width))
        self._conclude(words.sums(verdicts), verdicts, [words.data(verdict) for verdict in verdicts])
        return verdicts

    def two(self, before: Sequence[Question], after: Sequence[Question], title: str) -> list[Verdict]:
        """Two specs side by side."""
        both = [*before, *after]
        width, self._of = _width(both), len({*both})
        self._say(words.compared_head(width))
        rows: list[Compared] = []
        for row in compared(before, after, self._verdict):
            rows.append(row)
            self._say(*words.compared_row(row, width))
        verdicts = [verdict for row in rows for verdict in (row.before, row.after) if verdict is not None]
        self._conclude(f"{title}: {words.changes(rows)}", verdicts, [words.compared_data(row) for row in rows])
        return verdicts

    def _verdict(self, question: Question) -> Verdict:
        self._console.progress(f"{self._asked} of {self._of}: {question.alert}")
        self._asked += 1
        return self._backtest.verdict(question)

    def _say(self, text: str, tone: Tone | None = None) -> None:
        if not self._is_data:
            self._console.say(text if tone is None else self._console.tone(text, tone))

    def _conclude(self, told: str, verdicts: Sequence[Verdict], data: Sequence[object]) -> None:
        console = self._console
        for warning in sorted(self._backtest.history.server.warnings):
            console.warn(f"the server warns: {warning}")
        if self._is_data:
            document = {"history": words.history_data(self._backtest), "alerts": data}
            console.say(json.dumps(document, indent=2))
            return
        console.note(told)
        if any(verdict.question.is_expanded for verdict in verdicts):
            console.note(
                "burn-rate alerts: asked of the raw series, because the history need not have the bundle's records"
            )


def _width(asked: Sequence[Question]) -> int:
    return max((len(question.alert) for question in asked), default=0)
