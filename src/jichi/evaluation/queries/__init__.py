"""Every read of the evaluation room, always for a viewer."""
