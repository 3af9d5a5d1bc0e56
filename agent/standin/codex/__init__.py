"""`codex exec`, as far as a program that runs it can tell."""
