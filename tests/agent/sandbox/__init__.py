"""The sandbox as a process, driven by the real python-telegram-bot and by bare HTTP."""
