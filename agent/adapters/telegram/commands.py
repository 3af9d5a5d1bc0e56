"""The table of all commands: name, arguments, what they ask for, and their line in the help."""

from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from typing import Final

from agent.domain.containment import Autonomy
from agent.domain.roles import NEEDED, Deed, Role


class Verb(StrEnum):
    """Every command, by what is typed."""

    START = "start"
    HELP = "help"
    NEW = "new"
    SESSIONS = "sessions"
    USE = "use"
    CLOSE = "close"
    PROJECTS = "projects"
    PROFILES = "profiles"
    PROFILE = "profile"
    RUN = "run"
    RUNS = "runs"
    CANCEL = "cancel"
    TAIL = "tail"
    SUMMARY = "summary"
    LOG = "log"
    DIFF = "diff"
    GET = "get"
    RETRY = "retry"
    APPROVALS = "approvals"
    APPROVE = "approve"
    DENY = "deny"
    ALLOW = "allow"
    STATUS = "status"
    RELIABILITY = "reliability"
    ALERTS = "alerts"
    ACK = "ack"
    TAKEOVER = "takeover"
    SILENCE = "silence"
    UNSILENCE = "unsilence"
    RUNBOOK = "runbook"
    ONCALL = "oncall"
    ACT = "act"
    TIMELINE = "timeline"
    CHART = "chart"
    HALT = "halt"
    RESUME = "resume"
    MODE = "mode"
    FALLBACK = "fallback"
    WHOAMI = "whoami"
    SCAN = "scan"
    SETTINGS = "settings"
    AUDIT = "audit"


class Shape(Enum):
    """What an argument looks like."""

    WORD = auto()
    REST = auto()
    COUNT = auto()
    LENGTH = auto()
    CHOICE = auto()


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument.

    Attributes:
        example: as it may be typed, for the sentence that says what is missing.
        choices: the words that are taken; for `CHOICE`.
    """

    name: str
    example: str
    shape: Shape = Shape.WORD
    optional: bool = False
    choices: tuple[str, ...] = ()

    @property
    def sign(self) -> str:
        """The argument in a line of help."""
        name = "|".join(self.choices) if self.shape is Shape.CHOICE else self.name.upper()
        return f"[{name}]" if self.optional else name


@dataclass(frozen=True, slots=True)
class Entry:
    """One command."""

    verb: Verb
    deed: Deed
    help: str
    parameters: tuple[Parameter, ...] = ()

    @property
    def role(self) -> Role:
        """The least role."""
        return NEEDED[self.deed]

    @property
    def usage(self) -> str:
        """How it is typed."""
        return " ".join((f"/{self.verb}", *(each.sign for each in self.parameters)))

    @property
    def example(self) -> str:
        """The shortest way to type it that says something."""
        needed = tuple(each for each in self.parameters if not each.optional) or self.parameters
        return " ".join((f"/{self.verb}", *(each.example for each in needed)))


_RUN = Parameter("run", "1b9d6bcd", optional=True)
_SESSION = Parameter("session", "S12", optional=True)
_APPROVAL = Parameter("id", "K7QM2XA")
_INCIDENT = Parameter("incident", "W4QM2XA")
_TOOL = Parameter("tool", "Bash")

TABLE: Final = (
    Entry(Verb.START, Deed.LOOK, "where you stand and what to do next"),
    Entry(Verb.HELP, Deed.LOOK, "what you can do", (Parameter("command", "run", optional=True),)),
    Entry(
        Verb.NEW,
        Deed.MANAGE_SESSION,
        "open a session in a project",
        (Parameter("project", "myapp", optional=True), Parameter("profile", "default", optional=True)),
    ),
    Entry(Verb.SESSIONS, Deed.LOOK, "list the open sessions"),
    Entry(Verb.USE, Deed.MANAGE_SESSION, "send prompts to another session", (_SESSION,)),
    Entry(Verb.CLOSE, Deed.MANAGE_SESSION, "close a session", (_SESSION,)),
    Entry(Verb.PROJECTS, Deed.LOOK, "list the projects"),
    Entry(Verb.PROFILES, Deed.LOOK, "list the profiles and what is installed"),
    Entry(
        Verb.PROFILE,
        Deed.MANAGE_SESSION,
        "choose this session's profile",
        (Parameter("name", "default", optional=True),),
    ),
    Entry(Verb.RUN, Deed.RUN, "run a prompt, as plain text does", (Parameter("prompt", "fix it", Shape.REST),)),
    Entry(Verb.RUNS, Deed.LOOK, "list the newest runs"),
    Entry(Verb.CANCEL, Deed.CANCEL, "end a run, the newest if none is named", (_RUN,)),
    Entry(Verb.TAIL, Deed.LOOK, "show the end of a run's output", (_RUN,)),
    Entry(Verb.SUMMARY, Deed.LOOK, "show what came of a run", (_RUN,)),
    Entry(
        Verb.LOG,
        Deed.LOOK,
        "get what a run said as a file; raw is the CLI's own output",
        (_RUN, Parameter("form", "raw", Shape.CHOICE, optional=True, choices=("raw",))),
    ),
    Entry(
        Verb.DIFF,
        Deed.LOOK,
        "show a session's changes as a diff",
        (_SESSION,),
    ),
    Entry(Verb.GET, Deed.RUN, "get a file from the session", (Parameter("path", "README.md", Shape.REST),)),
    Entry(Verb.RETRY, Deed.RECOVER, "run a failed run again", (_RUN,)),
    Entry(
        Verb.APPROVALS,
        Deed.LOOK,
        "list what waits for an answer, or show one in full",
        (Parameter("id", "K7QM2XA", optional=True),),
    ),
    Entry(
        Verb.APPROVE,
        Deed.DECIDE,
        "say yes, once or for the session",
        (_APPROVAL, Parameter("for", "session", Shape.CHOICE, optional=True, choices=("once", "session"))),
    ),
    Entry(Verb.DENY, Deed.DECIDE, "say no to an approval, or to a tool from now on", (Parameter("what", "K7QM2XA"),)),
    Entry(Verb.ALLOW, Deed.CONTAIN, "take a tool off the denylist", (_TOOL,)),
    Entry(Verb.STATUS, Deed.LOOK, "how the agent is"),
    Entry(Verb.RELIABILITY, Deed.LOOK, "failure rate and run times"),
    Entry(Verb.ALERTS, Deed.LOOK, "list what fires"),
    Entry(Verb.ACK, Deed.ACKNOWLEDGE, "take an incident in hand", (_INCIDENT,)),
    Entry(Verb.TAKEOVER, Deed.ACKNOWLEDGE, "take an incident from whoever has it", (_INCIDENT,)),
    Entry(
        Verb.SILENCE,
        Deed.SILENCE,
        "silence an incident for a while",
        (_INCIDENT, Parameter("for", "2h", Shape.LENGTH)),
    ),
    Entry(Verb.UNSILENCE, Deed.SILENCE, "end a silence that was made from here", (_INCIDENT,)),
    Entry(
        Verb.RUNBOOK,
        Deed.LOOK,
        "show the steps of an alert, an incident or a procedure; alone it lists the procedures",
        (Parameter("alert", "HighRunFailureRate", optional=True), Parameter("procedure", "rollback", optional=True)),
    ),
    Entry(Verb.ONCALL, Deed.LOOK, "who is on call"),
    Entry(
        Verb.ACT,
        Deed.ACT,
        "show a step of an incident's runbook, or of a procedure, that can be run",
        (_INCIDENT, Parameter("step", "2"), Parameter("values", "id=d1", Shape.REST, optional=True)),
    ),
    Entry(Verb.TIMELINE, Deed.LOOK, "what happened in an incident", (_INCIDENT,)),
    Entry(Verb.CHART, Deed.LOOK, "draw what an alert or an incident measures", (Parameter("what", "W4QM2XA"),)),
    Entry(Verb.HALT, Deed.CONTAIN, "halt high-risk approvals"),
    Entry(Verb.RESUME, Deed.CONTAIN, "lift the halt"),
    Entry(
        Verb.MODE,
        Deed.CONTAIN,
        "how much agents may do by themselves; alone it says what each level means",
        (Parameter("level", "L1", Shape.CHOICE, optional=True, choices=tuple(Autonomy)),),
    ),
    Entry(
        Verb.FALLBACK,
        Deed.CONTAIN,
        "use the default profile for every run",
        (Parameter("switch", "on", Shape.CHOICE, optional=True, choices=("on", "off")),),
    ),
    Entry(Verb.WHOAMI, Deed.LOOK, "your id and role"),
    Entry(Verb.SCAN, Deed.ADMINISTER, "look for new repositories"),
    Entry(Verb.SETTINGS, Deed.ADMINISTER, "what the agent is configured with"),
    Entry(
        Verb.AUDIT,
        Deed.ADMINISTER,
        "who did what",
        (Parameter("count", "20", Shape.COUNT, optional=True),),
    ),
)
"""In the order of the menus."""

BY_NAME: Final = {entry.verb.value: entry for entry in TABLE}


def entries_for(role: Role) -> tuple[Entry, ...]:
    """What the role may use."""
    return tuple(entry for entry in TABLE if role.covers(entry.role))
