"""The stand-in exporter: every catalogued metric at healthy values, and any one alert's condition breached on demand."""
