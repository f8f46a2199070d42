"""Ways in for voices: files, mail and what the outer zone sealed, read without touching a row."""
