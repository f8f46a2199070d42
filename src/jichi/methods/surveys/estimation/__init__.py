"""Totals, means, shares, ratios and quantiles, in all and in domains."""
