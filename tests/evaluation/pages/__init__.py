"""The staff pages of the cycle."""
