"""Replicate weights, and variances from them."""
