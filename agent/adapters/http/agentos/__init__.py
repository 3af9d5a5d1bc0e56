"""The containment part of the AgentOS API, for this agent's own runs; docs/api.md says what each call does here."""
