"""How a sample was drawn, and the variance that follows from it."""
