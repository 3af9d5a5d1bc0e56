"""What the command line asks for, ready to use: the spec read, narrowed, aimed and scaled."""

import argparse
from dataclasses import dataclass, replace
from pathlib import Path

from generator import spec
from generator.domain.service import Service
from generator.errors import TocsinError, ValueProblem
from generator.spec.problems import did_you_mean


@dataclass(frozen=True, slots=True)
class Request:
    """The service to render, and where.

    Attributes:
        root: the bundle's folder.
        whole: whether it holds all systems.
    """

    service: Service
    root: Path
    whole: bool


def read(arguments: argparse.Namespace) -> Request:
    """Load the spec and apply --system, --target and --time-scale.

    Raises:
        TocsinError: for a bad spec, an unknown system, or a scaled bundle without --out.
    """
    service = _aimed(spec.load(arguments.spec), arguments)
    if arguments.system:
        service = _narrowed(service, arguments.system)
    root = arguments.out or arguments.spec.parent
    return Request(service.scaled(arguments.time_scale), root, whole=not arguments.system)


def _aimed(service: Service, arguments: argparse.Namespace) -> Service:
    targets = service.settings.targets
    try:
        for program, version in arguments.target:
            targets = targets.with_version(program, version)
    except ValueProblem as problem:
        raise TocsinError(f"--target: {problem}") from None
    return service.for_targets(targets)


def _narrowed(service: Service, names: list[str]) -> Service:
    known = [system.name for system in service.systems]
    for name in names:
        if name not in known:
            raise TocsinError(f"--system: there is no system {name!r}; {did_you_mean(name, known)}")
    return replace(service, systems=tuple(system for system in service.systems if system.name in names))
