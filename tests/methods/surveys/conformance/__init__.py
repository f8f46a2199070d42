"""Holds our survey methods against reference values of another program, case by case."""
