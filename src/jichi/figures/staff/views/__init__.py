"""Staff pages of measured values. They read through queries and write through one service each."""
