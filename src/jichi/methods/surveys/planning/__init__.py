"""Planning a survey, and what it will be able to show."""
