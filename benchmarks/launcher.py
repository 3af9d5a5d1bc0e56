"""Runs one command and prints its wall time, CPU time and peak memory; a program of its own, run with `-I -S`.

Linux counts the memory of whoever starts a process as the first memory of that process. The benchmark itself is large,
so it starts this small program (about 8 MB, less than any Python that is measured) and this one starts the command.
"""

import os
import sys
import time


def main(command: list[str]) -> int:
    """Run the command with its output discarded, errors kept; the exit code is the command's."""
    quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    began = time.perf_counter()
    child = os.posix_spawn(command[0], command, os.environ, file_actions=quiet)
    _, status, usage = os.wait4(child, 0)
    seconds = time.perf_counter() - began
    print(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
