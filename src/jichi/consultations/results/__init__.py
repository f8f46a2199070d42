"""A consultation's result as it is shown: its sentences, its tables, its rows found, its files."""
