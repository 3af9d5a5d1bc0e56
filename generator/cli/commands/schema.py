"""`tocsin schema`: the JSON Schema that editors use."""

import argparse
import json

from generator.cli.console import Console
from generator.spec.schema import schema


def run(arguments: argparse.Namespace, console: Console) -> int:  # noqa: ARG001 - every command takes both
    """Print the schema; exit 0."""
    console.say(json.dumps(schema(), indent=2, ensure_ascii=False))
    return 0
