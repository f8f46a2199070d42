"""Pages of survey reports."""
