"""What the agent is about, as plain values and pure functions: no clock, no I/O, nothing but the standard library."""
