"""What changes from one catalogue to another, in the words of somebody who is on call."""

from generator.domain.changes.change import Change
from generator.domain.changes.compare import changes

__all__ = ["Change", "changes"]
