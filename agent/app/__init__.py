"""Puts the agent together and keeps it running: adapters, services, boot, loops, and a calm end."""
