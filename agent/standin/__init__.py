"""A scripted stand-in for coding CLIs: speaks their event streams and exits as they do, without any model behind it."""
