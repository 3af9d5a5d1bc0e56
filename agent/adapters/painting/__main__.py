"""The process that draws one chart: JSON comes in, a PNG goes out."""

import os
import sys
from typing import Final

_MODEST: Final = 10
"""How far it steps back for the agent and its CLIs: nobody is harmed by a picture that comes a second later."""


def main() -> None:
    """Draw what standard input describes."""
    os.nice(_MODEST)
    from agent.adapters.painting.paper import read  # noqa: PLC0415 - after stepping back: loading is most of the work
    from agent.adapters.painting.picture import png  # noqa: PLC0415 - as above

    sys.stdout.buffer.write(png(read(sys.stdin.buffer.read())))


if __name__ == "__main__":
    main()
