"""Everything that a command may need, and the two protocols that others keep for us."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from agent.adapters.telegram.dispatch.asking import Answer, Ask, Conclude
from agent.adapters.telegram.render.presses import Press
from agent.domain.profile import Profile
from agent.domain.roles import Role
from agent.ports import Chat, Ids
from agent.services.approvals import Approvals
from agent.services.containing import Containing
from agent.services.health import Health
from agent.services.journal import Journal, Writing
from agent.services.messages import Messages
from agent.services.projects import Projects
from agent.services.recovery import Recovery
from agent.services.runs import Runs
from agent.services.sessions import Sessions
from agent.services.snapshot import Snapshots


class Courtesy(Protocol):
    """What is done beside messages; `Asides` keeps it. None of it raises: empty, or why it failed."""

    async def answer(self, callback_id: str, text: str = "", *, loud: bool = False) -> str:
        """Let a button stop spinning, perhaps with a word."""
        ...

    async def typing(self, chat_id: int, thread_id: int = 0) -> str:
        """Show that something is being done."""
        ...

    async def fetch(self, file_id: str, target: Path) -> str:
        """Download a file that a person has sent; what failed leaves no file behind."""
        ...


class OnCallDesk(Protocol):
    """Incidents in the chat: one method per command. Raises `AgentError` with the sentence for the person."""

    async def alerts(self, ask: Ask) -> Answer:
        """What fires."""
        ...

    async def acknowledge(self, ask: Ask, writing: Writing, incident: str) -> Answer | None:
        """The incident is in the asker's hands; None when what else is said is answer enough."""
        ...

    async def take_over(self, ask: Ask, writing: Writing, incident: str) -> Answer | None:
        """The same, even if somebody else has it."""
        ...

    async def silence(self, ask: Ask, incident: str, seconds: int, conclude: Conclude) -> None:
        """Ask Alertmanager outside of any transaction, so that asking twice does no harm; then conclude, once."""
        ...

    async def unsilence(self, ask: Ask, incident: str, conclude: Conclude) -> None:
        """End the silences that were made from the chat; to be repeated as `silence`."""
        ...

    async def runbook(self, ask: Ask, name: str, procedure: str) -> Answer:
        """The steps of an alert, an incident's alert or a procedure; or of a procedure seen from one of the former."""
        ...

    async def on_call(self, ask: Ask) -> Answer:
        """Who is on call."""
        ...

    async def act(self, ask: Ask, incident: str, step: str, values: str, conclude: Conclude) -> None:
        """A step of the incident's runbook or a procedure's, shown in full to be confirmed, or what it still needs.

        `step` is `3` or `rollback.2`, `values` is `name=value` pairs. What could be meant is asked for outside of any
        transaction, so that asking twice does no harm; then conclude, once.
        """
        ...

    async def timeline(self, ask: Ask, incident: str) -> Answer:
        """What happened in the incident."""
        ...

    async def chart(self, ask: Ask, what: str) -> Answer:
        """What an incident's alert, or an alert by its name, has measured over the last hours, as a picture."""
        ...

    async def press(self, ask: Ask, press: Press, conclude: Conclude) -> None:
        """Any other button under an incident, by somebody whose role covers it; to be repeated as `silence`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What the commands work with.

    Attributes:
        users: role by Telegram user id; for everybody else nobody is here.
        missing: what a profile lacks on this machine, or empty.
        log_of: the log file of a run.
        readable: a profile's name and the raw end of a log, as a person reads it.
        spool: a folder of our own for files on their way out.
        bot_name: the bot's user name, or empty while it is not known.
        configured: what `/settings` shows, without secrets; `describe` makes it.
        on_call: the incidents, or None when no Alertmanager is connected.
    """

    journal: Journal
    ids: Ids
    messages: Messages
    runs: Runs
    approvals: Approvals
    recovery: Recovery
    sessions: Sessions
    projects: Projects
    containing: Containing
    health: Health
    snapshots: Snapshots
    chat: Chat
    asides: Courtesy
    users: Mapping[int, Role]
    profiles: Mapping[str, Profile]
    missing: Callable[[Profile], str]
    log_of: Callable[[str], Path]
    spool: Path
    readable: Callable[[str, str], str] = lambda _profile, output: output
    bot_name: Callable[[], str] = lambda: ""
    configured: Sequence[tuple[str, str]] = ()
    on_call: OnCallDesk | None = None
