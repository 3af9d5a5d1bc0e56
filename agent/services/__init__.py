"""The use cases: what happens when something is asked, ends, fails or falls due. They know ports, never adapters."""
