"""Every read of inquiries, scoped by the viewer: askers, offices and operators see what is theirs."""
