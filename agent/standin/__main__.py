"""`python -m agent.standin codex exec ...` and `python -m agent.standin claude -p ...`."""

import sys

from agent.standin.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
