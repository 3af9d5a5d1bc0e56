"""`tocsin`: render, check, diff, explain, prove, cost, schema."""

import atexit
import gc
import os
import sys
from collections.abc import Sequence

from generator.cli import options
from generator.cli.commands import command
from generator.cli.console import Console, Tone
from generator.errors import RefusedError, TocsinError, told
from generator.spec import SpecError

NEEDS_MENDING = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 as wished, 1 differs or failed, 2 something needs mending."""
    arguments = options.parser().parse_args(argv)
    console = Console(arguments.colour, arguments.quiet)
    # A command is over in a second and makes no garbage in circles; looking for it takes a tenth of that, and the last
    # look, when everything goes at once anyway, another.
    gc.disable()
    atexit.register(gc.freeze)
    try:
        return command(arguments.command)(arguments, console)
    except SpecError as error:
        # Bare lines, as compilers have them, so that editors and CI find the place.
        console.warn(str(error))
        count = len(error.problems)
        console.warn(console.tone(f"{count} problem{'s' if count > 1 else ''}; nothing was written", Tone.BAD))
        return NEEDS_MENDING
    except RefusedError as error:
        console.warn(str(error))
        console.warn(console.tone("1 problem; nothing was written", Tone.BAD))
        return NEEDS_MENDING
    except TocsinError as error:
        for line in str(error).splitlines():  # what is indented belongs to the line before it
            console.warn(line if line.startswith(" ") else f"{console.tone('error:', Tone.BAD)} {line}")
        return NEEDS_MENDING
    except KeyboardInterrupt:
        console.warn("interrupted; nothing half-written was left behind")
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # so that the exit does not fail again
        return 0
    except OSError as error:
        console.warn(f"{console.tone('error:', Tone.BAD)} {told(error)}")
        return NEEDS_MENDING
    finally:
        gc.enable()
