"""What the services need from the world, as protocols whose promises stand in prose.

A fake and an adapter for each keep the same promises; tests/agent/contract holds both to them.
"""

from agent.ports.cli import Execution, LetThrough, Order, ProcessMark, Runner
from agent.ports.labour import Approvals, Projects, Runs, Sessions
from agent.ports.on_call import ActionRunner, History, IncidentPresenter, NoticeReader, Painter, Silencer, Standing
from agent.ports.store import AuditTrail, Breakers, Controls, Keyed, Records, Scores, Store, Timeline
from agent.ports.talk import Alerts, Inbox, Incidents, Outbox
from agent.ports.world import AlertSink, Backups, Chat, Clock, Found, Ids, Meter, Observer, Presenter, Words, Worktrees

__all__ = [
    "ActionRunner",
    "AlertSink",
    "Alerts",
    "Approvals",
    "AuditTrail",
    "Backups",
    "Breakers",
    "Chat",
    "Clock",
    "Controls",
    "Execution",
    "Found",
    "History",
    "Ids",
    "Inbox",
    "IncidentPresenter",
    "Incidents",
    "Keyed",
    "LetThrough",
    "Meter",
    "NoticeReader",
    "Observer",
    "Order",
    "Outbox",
    "Painter",
    "Presenter",
    "ProcessMark",
    "Projects",
    "Records",
    "Runner",
    "Runs",
    "Scores",
    "Sessions",
    "Silencer",
    "Standing",
    "Store",
    "Timeline",
    "Words",
    "Worktrees",
]
