"""Git worktrees: one process per question, never a shell, never a hook."""

from agent.adapters.git.process import Git
from agent.adapters.git.worktrees import GitWorktrees

__all__ = ["Git", "GitWorktrees"]
