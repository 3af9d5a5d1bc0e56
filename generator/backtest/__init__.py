"""When the alerts of a spec would have fired in the history that a Prometheus server has."""

from generator.backtest.comparison import Compared, compared
from generator.backtest.judging import Episode
from generator.backtest.question import Question, questions
from generator.backtest.running import Backtest, Verdict

__all__ = ["Backtest", "Compared", "Episode", "Question", "Verdict", "compared", "questions"]
