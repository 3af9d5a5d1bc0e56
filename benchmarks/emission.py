"""Writes the rules of a spec as YAML twice, once with PyYAML's C dumper, and prints how long each took, as JSON.

A program of its own, so that the memory it needs is not the benchmark's.
"""

import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import yaml

from generator.domain.groups import alert_group, objective_group
from generator.domain.service import Service
from generator.emit import Plain, emit
from generator.spec import load


def main(spec: str) -> None:
    """Print processor seconds by writer."""
    files = rule_files(load(Path(spec)))
    print(json.dumps({"dump": _seconds(_dump, files), "emit": _seconds(emit, files)}))


def rule_files(service: Service) -> Sequence[Plain]:
    """What the rule files hold, as plain data."""
    groups = [
        group
        for system in service.systems
        for group in (
            alert_group(service, system),
            *(objective_group(service, system, objective) for objective in system.objectives),
        )
    ]
    return [json.loads(json.dumps({"groups": [group.data()]})) for group in groups]


def _dump(data: Plain) -> str:
    return yaml.dump(data, Dumper=yaml.CSafeDumper, sort_keys=False, default_flow_style=False, width=10_000)


def _seconds(write: Callable[[Plain], str], files: Sequence[Plain]) -> float:
    began = time.process_time()
    for data in files:
        write(data)
    return time.process_time() - began


if __name__ == "__main__":
    main(sys.argv[1])
