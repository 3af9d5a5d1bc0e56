"""The stand-in as a subprocess: its events, its exit codes, its bad habits."""
