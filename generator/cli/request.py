"""What the command line asks for, ready to use: the spec read, aimed, scaled, and what is rendered of it."""

import argparse
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from pathlib import Path

from generator import bundle, spec
from generator.bundle import DEFAULT, Bundle, Output
from generator.domain.service import Service
from generator.errors import TocsinError, ValueProblem
from generator.spec.problems import did_you_mean


@dataclass(frozen=True, slots=True)
class Request:
    """What to render, and where.

    Attributes:
        service: the whole of it.
        root: the bundle's folder.
        systems: the systems asked for; all of them when empty.
        outputs: the forms asked for.
    """

    service: Service
    root: Path
    systems: frozenset[str]
    outputs: Collection[Output] = DEFAULT

    @property
    def narrowed(self) -> Service:
        """The service with only the systems asked for."""
        return _with(self.service, lambda name: not self.systems or name in self.systems)

    def bundle(self) -> Bundle:
        """The bundle; of some systems, only the files that would not be there without them.

        Files that several systems share stay out of a partial bundle: rendered from a part, they would lack the rest.
        """
        whole = bundle.render(self.service, self.outputs)
        if not self.systems or self.systems >= {system.name for system in self.service.systems}:
            return whole
        others = bundle.render(_with(self.service, lambda name: name not in self.systems), self.outputs)
        shared = {artifact.path for artifact in others.artifacts}
        return Bundle([artifact for artifact in whole.artifacts if artifact.path not in shared], whole=False)


def read(arguments: argparse.Namespace) -> Request:
    """Load the spec and apply --system, --target and --time-scale.

    Raises:
        TocsinError: for a bad spec or an unknown system.
    """
    service = _aimed(spec.load(arguments.spec), arguments)
    known = [system.name for system in service.systems]
    for name in arguments.system:
        if name not in known:
            raise TocsinError(f"--system: there is no system {name!r}; {did_you_mean(name, known)}")
    root = arguments.out or arguments.spec.parent
    return Request(
        service.scaled(arguments.time_scale), root, frozenset(arguments.system), getattr(arguments, "output", DEFAULT)
    )


def _with(service: Service, wanted: Callable[[str], bool]) -> Service:
    return replace(service, systems=tuple(system for system in service.systems if wanted(system.name)))


def _aimed(service: Service, arguments: argparse.Namespace) -> Service:
    targets = service.settings.targets
    try:
        for program, version in arguments.target:
            targets = targets.with_version(program, version)
    except ValueProblem as problem:
        raise TocsinError(f"--target: {problem}") from None
    return service.for_targets(targets)
