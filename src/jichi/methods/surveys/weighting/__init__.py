"""Weights: for those who did not answer, to known totals, and without outliers."""
