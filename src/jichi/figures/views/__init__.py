"""The public pages of measured values: what is known, where from, what was corrected, and each proof."""
