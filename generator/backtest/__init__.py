"""When the alerts of a spec would have fired in the history that a Prometheus server has."""

from generator.backtest.address import Address
from generator.backtest.comparison import Compared, compared
from generator.backtest.credentials import Credentials
from generator.backtest.history import History
from generator.backtest.judging import Episode
from generator.backtest.question import Question, questions
from generator.backtest.running import Backtest
from generator.backtest.server import Refused, Server
from generator.backtest.verdict import Failed, Judged, NoData, Verdict

__all__ = [
    "Address",
    "Backtest",
    "Compared",
    "Credentials",
    "Episode",
    "Failed",
    "History",
    "Judged",
    "NoData",
    "Question",
    "Refused",
    "Server",
    "Verdict",
    "compared",
    "questions",
]
