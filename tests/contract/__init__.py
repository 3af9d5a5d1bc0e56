"""Where the agent, the spec, the rendered bundle and the five documents meet."""
