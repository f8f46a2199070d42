"""The views of the consultations room."""
