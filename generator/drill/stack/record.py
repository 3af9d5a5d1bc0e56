"""The file that tells other shells what is running; what it says is checked against the processes themselves."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from generator.errors import TocsinError


@dataclass(frozen=True, slots=True)
class Member:
    """A process, told from a later one with the same number by the moment at which it started.

    Attributes:
        started: in clock ticks since boot, as the kernel has it.
    """

    name: str
    pid: int
    started: int

    @classmethod
    def of(cls, name: str, pid: int) -> "Member":
        """The process with that number now."""
        return cls(name, pid, started_at(pid))

    @property
    def lives(self) -> bool:
        """Whether this very process still runs."""
        return self.started > 0 and started_at(self.pid) == self.started


@dataclass(frozen=True, slots=True)
class Record:
    """What is running, and where.

    Attributes:
        owner: the process that started the rest and ends it.
        members: the rest, as far as it was started.
        addresses: what a person opens, by name; also of those that are to come.
        ready: whether all of it was up; otherwise it is being started.
    """

    owner: Member
    members: Sequence[Member]
    addresses: Mapping[str, str]
    ready: bool = True

    def write(self, file: Path) -> None:
        """Put it on disk, whole or not at all."""
        whole = file.with_name(f"{file.name}.part")
        whole.write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")
        whole.replace(file)

    @classmethod
    def read(cls, file: Path) -> "Record | None":
        """What the file says; None when there is none.

        Raises:
            TocsinError: when it is damaged.
        """
        try:
            found = json.loads(file.read_text("utf-8"))
            members = tuple(Member(**each) for each in found["members"])
            return cls(Member(**found["owner"]), members, dict(found["addresses"]), bool(found["ready"]))
        except FileNotFoundError:
            return None
        except (ValueError, TypeError, KeyError):
            raise TocsinError(f"{file} is damaged; look for leftover processes and delete it") from None

    @property
    def living(self) -> tuple[Member, ...]:
        """Those that still run, the owner among them."""
        return tuple(each for each in (self.owner, *self.members) if each.lives)

    @property
    def is_whole(self) -> bool:
        """Whether everything that was started still runs."""
        return len(self.living) == len(self.members) + 1

    @property
    def people_know_them_as(self) -> str:
        """Those that still run, for a sentence."""
        return ", ".join(f"{member.name} ({member.pid})" for member in self.living)


def started_at(pid: int) -> int:
    """When a process started, in clock ticks since boot; 0 when there is none, or when it has ended already.

    Source: proc(5), fields 3 and 22 of /proc/PID/stat; the name before them may hold anything, so count from its end.
    """
    if pid <= 0:
        return 0
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return 0
    return 0 if fields[0] == "Z" else int(fields[19])


def this_process(name: str) -> Member:
    """The process that asks."""
    return Member.of(name, os.getpid())
