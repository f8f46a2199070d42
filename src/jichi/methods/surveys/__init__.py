"""Estimating a city from a sample of it. Pure functions; numpy and scipy only."""
