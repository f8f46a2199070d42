"""A form as a workbook that is sent out, filled in by hand and read back with the same answers as the page.

:func:`write_workbook` makes it, :func:`read_workbook` opens what came back, :func:`bind` finds the answers
in it and says what is doubtful, :func:`workbook_problem_text` puts that into words, naming sheet and cell.
"""

from .binding import WorkbookReading, bind
from .content import Book, Cell, Kind, Sheet, open_book
from .envelope import Awaited, Cover, Envelope
from .problems import WorkbookError, WorkbookProblem, cell_name
from .returned import Returned, read_workbook
from .words import placed_problem_text, workbook_problem_text
from .writing import write_workbook

__all__ = [
    "Awaited",
    "Book",
    "Cell",
    "Cover",
    "Envelope",
    "Kind",
    "Returned",
    "Sheet",
    "WorkbookError",
    "WorkbookProblem",
    "WorkbookReading",
    "bind",
    "cell_name",
    "open_book",
    "placed_problem_text",
    "read_workbook",
    "workbook_problem_text",
    "write_workbook",
]
