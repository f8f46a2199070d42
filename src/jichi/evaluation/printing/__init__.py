"""Sheets and packets on paper: what stands on them, built from editions of sheets."""
