"""Agent CLIs as subprocesses: how each is called, what its output means, and how it is ended for certain."""

from agent.adapters.runner.claude import Hooks
from agent.adapters.runner.let_through import NotedByHook
from agent.adapters.runner.runner import CliRunner

__all__ = ["CliRunner", "Hooks", "NotedByHook"]
