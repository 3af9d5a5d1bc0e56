"""What rendering and the rendered rules cost, measured beside a baseline in the same run; see README.md."""
