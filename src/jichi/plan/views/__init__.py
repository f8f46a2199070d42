"""The plan's public pages."""
