"""A place for the agent to work in: a repository with one commit, unless there are repositories already."""

import subprocess
from pathlib import Path

NAME = "demo"
_AUTHOR = ("-c", "user.name=Tocsin", "-c", "user.email=tocsin@localhost", "-c", "commit.gpgsign=false")
_STEPS = (("init", "--quiet", "--initial-branch=main"), ("add", "."), ("commit", "--quiet", "-m", "Begin"))


def make_project(agent: Path) -> None:
    """Make the agent's folders, and a project in them.

    Args:
        agent: the agent's folder of the stack.
    """
    repos = agent / "repos"
    (agent / "workspaces").mkdir(parents=True, exist_ok=True)
    repos.mkdir(parents=True, exist_ok=True)
    if any(repos.iterdir()):
        return
    project = repos / NAME
    project.mkdir()
    (project / "README.md").write_text("# Demo\n\nA place to rehearse in.\n", encoding="utf-8")
    for step in _STEPS:
        subprocess.run(["git", *_AUTHOR, *step], cwd=project, check=True, stdin=subprocess.DEVNULL)  # noqa: S603, S607 - arguments of our own; git from PATH, as the agent runs it
