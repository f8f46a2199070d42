"""Jichi (自治): a municipality's plan, its residents' voices and its results on one open platform."""

__version__ = "0.1.0"
