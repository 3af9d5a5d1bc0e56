"""`python -m benchmarks`: measure, print tables, compare with the goals."""

import argparse
import os
import platform
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping

from benchmarks import (
    agent_hook,
    agent_idle,
    agent_intake,
    agent_line,
    agent_reply,
    agent_store,
    agent_stream,
    growth,
    render,
    rule_cost,
)
from benchmarks.report import Goal, table

_ABOUT = """\
Measures what this project promises about speed, memory and rule cost, each beside a baseline in the same run.
"""
_EPILOG = """\
benchmarks:
  render        the five-system bundle from a cold start          about 10 s
  growth        specs of 10, 100, 1,000 and 5,000 objectives      about 90 s
  rule-cost     samples read by one objective's rules, on a real  about half a minute
                Prometheus (Debian: apt-get install prometheus)
  agent-hook    Claude's hook, beside Python and its imports      about 5 s
  agent-idle    start and idle memory, beside an echo bot         about 25 s
  agent-line    one line of 10 MB, beside one look at all of it   about 20 s
  agent-reply   update to reply, beside the same echo bot         about 40 s
  agent-stream  eight runs, 10,000 lines a second together        about 30 s
  agent-store   API and metrics over 100,000 stored runs          about 45 s
  agent-intake  alerts committed, beside raw commits              about 20 s

examples:
  python -m benchmarks                  all of them
  python -m benchmarks render growth    two of them
  python -m benchmarks agent            those that begin with it

Exit code 0 when everything was measured, whether or not a goal is met: figures depend on the machine, and a busy one
shows as wall time far above cpu time. benchmarks/README.md has the goals and figures to compare with.
"""

BENCHMARKS: Mapping[str, Callable[[], Iterator[Goal]]] = {
    "render": render.measure,
    "growth": growth.measure,
    "rule-cost": rule_cost.measure,
    "agent-hook": agent_hook.measure,
    "agent-idle": agent_idle.measure,
    "agent-line": agent_line.measure,
    "agent-reply": agent_reply.measure,
    "agent-stream": agent_stream.measure,
    "agent-store": agent_store.measure,
    "agent-intake": agent_intake.measure,
}


def main() -> None:
    """Run the wanted benchmarks and print their goals at the end."""
    wanted = _parser().parse_args().names or [""]
    names = [name for each in wanted for name in BENCHMARKS if name.startswith(each)]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that servers stop and temporary files go
    began = time.perf_counter()
    print(f"Python {platform.python_version()} on {platform.system()} {platform.machine()}, {os.cpu_count()} cores")
    goals = [goal for name in dict.fromkeys(names) for goal in _measured(name)]
    if goals:
        table("Goals", ("what", "measured", "goal", ""), [goal.row() for goal in goals])
    met = sum(goal.met for goal in goals)
    print(f"\n{met} of {len(goals)} goals met, measured in {time.perf_counter() - began:.0f} s")


def _measured(name: str) -> Iterator[Goal]:
    print(f"measuring {name} ...", file=sys.stderr)
    return BENCHMARKS[name]()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=_ABOUT,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "names", nargs="*", metavar="NAME", type=_name, help="which benchmarks, or how they begin (default: all)"
    )
    return parser


def _name(text: str) -> str:
    if not any(name.startswith(text) for name in BENCHMARKS):
        raise argparse.ArgumentTypeError(f"there is no benchmark {text!r}; choose from {', '.join(BENCHMARKS)}")
    return text


if __name__ == "__main__":
    main()
