"""The end of the way: whoever is told of alerts and of their end. The agent's chat, or a plain webhook in its place."""

from typing import Protocol

from generator.drill.subject import Subject


class Receiver(Protocol):
    """Hears what Alertmanager has to tell."""

    async def wait_for_message(self, subject: Subject, patience: float) -> bool:
        """Wait until the person on call can read that it is wrong; False when that does not come within the time."""
        ...

    async def wait_for_resolved(self, subject: Subject, patience: float) -> bool:
        """Wait until the person on call can read that it is over; False when that does not come within the time."""
        ...

    @property
    def kind(self) -> str:
        """What it is, for the report."""
        ...

    @property
    def pace(self) -> float:
        """Seconds that the news of one alert keep it busy, so how long two breaches have to lie apart."""
        ...
