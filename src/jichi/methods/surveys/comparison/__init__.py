"""Whether groups, waves and answers differ by more than chance."""
