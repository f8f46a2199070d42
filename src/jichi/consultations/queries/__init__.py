"""The queries of the consultations room."""
