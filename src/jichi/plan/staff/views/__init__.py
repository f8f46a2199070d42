"""The workbench's pages. They read through queries and write through one service each."""
