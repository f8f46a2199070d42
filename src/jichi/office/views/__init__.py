"""The pages of approvals, for staff."""
