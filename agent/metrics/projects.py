"""Keeps the `project_id` label within its budget."""

from typing import Final

PROJECTS: Final = 50
"""How many values the label may have, as slo.yaml budgets it; the last one stands for all further projects."""

OTHER: Final = "other"


class ProjectLabels:
    """The first projects keep their names for the life of the process; those that come later share one."""

    def __init__(self) -> None:
        self._known: set[str] = set()

    def label(self, project_id: str) -> str:
        """The value to use."""
        if project_id not in self._known:
            if len(self._known) >= PROJECTS - 1:
                return OTHER
            self._known.add(project_id)
        return project_id
