"""What printed tables can tell: a percentage, a base, and how people were asked."""
