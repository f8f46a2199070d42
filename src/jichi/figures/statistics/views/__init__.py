"""Staff pages of imported statistics. They read through queries and write through one service each."""
