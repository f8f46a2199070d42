"""The views of the voices room."""
