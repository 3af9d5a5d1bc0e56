"""Whether the agent can write where it has to, without writing there."""

import os
from pathlib import Path


def folder_problem(variable: str, folder: Path) -> str:
    """Empty when the folder can be written to, or made; otherwise `VARIABLE: what is wrong; what to do`."""
    existing = next(each for each in (folder, *folder.parents) if _exists(each))
    if not existing.is_dir():
        return f"{variable}: {existing} is no folder; choose another place"
    if not os.access(existing, os.W_OK | os.X_OK):
        what = "cannot be written to" if existing == folder else f"cannot be made below {existing}"
        return f"{variable}: {folder} {what}; give its user the right to, or choose another place"
    return ""


def _exists(path: Path) -> bool:
    try:
        path.stat()
    except PermissionError:
        return path == path.parent
    except OSError:
        return False
    return True
