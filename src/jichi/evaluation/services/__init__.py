"""Every write of the evaluation room."""
