"""An alert: a condition that someone must hear of, and what they do then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from generator.domain import names
from generator.domain.conditions import Condition
from generator.domain.duration import Duration
from generator.domain.procedure import Step
from generator.domain.severity import Severity


@dataclass(frozen=True, slots=True)
class Alert:
    """A condition with everything that a person woken by it needs.

    Attributes:
        system: the system's name.
        name: the alert's name, unique in the bundle.
        when: what is wrong.
        wait: how long it must be wrong (`for`).
        severity: how bad it is.
        documented: whether a document asks for it.
        source: the document's heading; or, when not documented, why it was added.
        summary: one line.
        impact: what users feel.
        steps: what to do.
        panel: title of the dashboard panel that shows it.
        see: names of procedures worth opening.
        about_agent: whether it is about the agent itself, which then cannot be trusted to carry it.
        family: alerts of one family inhibit one another, the more severe over the less.
        keep_firing: how long it goes on after the condition ended.
        reason: why a number differs from its source.
        sev: overrides the severity's incident class.
        extra_labels: the system's own labels.
    """

    system: str
    name: str
    when: Condition
    wait: Duration
    severity: Severity
    documented: bool
    source: str
    summary: str
    impact: str
    steps: Sequence[Step]
    panel: str = ""
    see: Sequence[str] = ()
    about_agent: bool = False
    family: str = ""
    keep_firing: Duration = Duration(0)
    reason: str = ""
    sev: str = ""
    extra_labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def labels(self) -> dict[str, str]:
        """Labels that the rule adds."""
        found = {"severity": str(self.severity), "system": self.system, **self.extra_labels}
        if self.about_agent:
            found[names.SUBJECT] = names.SUBJECT_AGENT
        if self.family:
            found[names.FAMILY] = self.family
        return found

    def scaled(self, divisor: int) -> "Alert":
        """The same alert with every duration divided."""
        return replace(
            self,
            when=self.when.scaled(divisor),
            wait=self.wait // divisor,
            keep_firing=self.keep_firing // divisor,
        )
