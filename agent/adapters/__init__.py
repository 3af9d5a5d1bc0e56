"""Where the agent meets the world: each adapter keeps the promises of one port."""
