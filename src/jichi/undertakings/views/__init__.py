"""The pages of the undertakings room."""
