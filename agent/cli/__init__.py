"""The command line `tocsin-agent`: what can be asked of the agent from a shell."""

from agent.cli.main import main

__all__ = ["main"]
