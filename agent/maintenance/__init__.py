"""What an operator does to an agent from a shell: look whether it is fit, copy its state, put it back, rebuild it.

Each function answers the lines to print. What cannot be done raises an `AgentError` whose sentence says what to do;
nothing has been changed by then. The command line turns that into exit codes: 0 as wished, 1 it failed, 2 the settings
need mending (`SettingsError`), 3 the state database is damaged (`StoreCorrupt`).
"""

from agent.maintenance.backup import backup
from agent.maintenance.check import check
from agent.maintenance.database import Damage
from agent.maintenance.reconstruct import reconstruct
from agent.maintenance.restore import restore

__all__ = ["Damage", "backup", "check", "reconstruct", "restore"]
