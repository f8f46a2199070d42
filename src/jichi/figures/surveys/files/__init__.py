"""A survey report as a file: a workbook of three sheets, or one csv with three parts."""

from .reading import FileReading, Place, Problem, read_file
from .shape import SHEETS
from .writing import report_csv, report_xlsx

__all__ = ["SHEETS", "FileReading", "Place", "Problem", "read_file", "report_csv", "report_xlsx"]
