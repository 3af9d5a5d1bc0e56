"""`python -m agent.sandbox` is the sandbox process."""

import sys

from agent.sandbox.cli import main

if __name__ == "__main__":
    sys.exit(main())
