"""What the public pages of results are made of: words, bars, differences and tables. It reads no rows."""
