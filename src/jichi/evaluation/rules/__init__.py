"""Rules for grades and for proposals: read from data, applied elsewhere, and told in words."""
