"""Where everything of one stack is: its addresses and its folders."""

from dataclasses import dataclass
from pathlib import Path

from generator.domain.routing import WayOut
from generator.domain.service import Service
from generator.drill.stack.ports import LOOPBACK, free_ports


@dataclass(frozen=True, slots=True)
class Addresses:
    """The ports, all on loopback."""

    exporter: int
    telegram: int
    agent: int
    alertmanager: int
    prometheus: int

    @classmethod
    def free(cls, base: int = 0) -> "Addresses":
        """Five free ports; `base` and the four after it, where one is given."""
        return cls(*free_ports(5, base))

    def url(self, name: str) -> str:
        """The base URL of one of the five."""
        return f"http://{LOOPBACK}:{getattr(self, name)}"


@dataclass(frozen=True, slots=True)
class Places:
    """The folders of one stack, below one root.

    Attributes:
        logs: one log per process, which may have to outlive the rest.
    """

    root: Path
    logs: Path

    @classmethod
    def below(cls, root: Path) -> "Places":
        """Everything below one root, the logs too."""
        return cls(root, root / "logs")

    @property
    def record(self) -> Path:
        """What is running, for other shells."""
        return self.root / "stack.json"

    @property
    def bundle(self) -> Path:
        """The rendered bundle."""
        return self.root / "bundle"

    @property
    def token(self) -> Path:
        """What Alertmanager shows to the agent."""
        return self.root / "webhook-token"

    @property
    def bot_token(self) -> Path:
        """What Alertmanager's own Telegram receiver shows to the simulated Telegram."""
        return self.root / "bot-token"

    def of(self, name: str) -> Path:
        """The data folder of one process."""
        return self.root / name


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to run.

    Attributes:
        service: scaled, and aimed at the installed programs.
        spec: the file it came from, for the stand-in.
        places: where it goes.
        addresses: where it listens.
        with_agent: whether the agent is started; otherwise somebody else listens at its address.
        telegram_is_real: whether the agent speaks to Telegram itself, with the token and the settings of the shell.
        agent_is_scraped: whether the agent's own metrics are scraped, and not the stand-in's for it.
        forgetful: whether what earlier lives of the stack remember is deleted first.
        way_out: Alertmanager's own Telegram receiver; None for none.
        environment: what the agent finds in its environment beside the rest; it has the last word.
    """

    service: Service
    spec: Path
    places: Places
    addresses: Addresses
    with_agent: bool = True
    telegram_is_real: bool = False
    agent_is_scraped: bool = False
    forgetful: bool = False
    way_out: WayOut | None = None
    environment: tuple[tuple[str, str], ...] = ()

    @property
    def real_jobs(self) -> frozenset[str]:
        """The jobs that are scraped from the agent; the stand-in plays all others."""
        jobs = (system.job for system in self.service.systems if system.emitted_by_agent)
        return frozenset(jobs if self.agent_is_scraped else ())
