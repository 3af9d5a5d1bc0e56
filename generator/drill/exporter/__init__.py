"""The stand-in exporter: every catalogued metric at healthy values, and any alert's condition breached on demand."""
