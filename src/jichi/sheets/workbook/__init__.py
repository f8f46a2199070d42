"""A form as a workbook that is sent out, filled in by hand and read back with the same answers as the page.

:func:`write_workbook` makes it, :func:`read_workbook` opens what came back, :func:`bind` finds the answers
in it and says what is doubtful, :func:`workbook_problem_text` puts that into words, naming sheet and cell.
:func:`write_volume` puts the forms of many things into one workbook, :func:`read_volume` reads it back.
"""

from .binding import WorkbookReading, bind
from .content import Book, Cell, Kind, Sheet, open_book
from .envelope import Awaited, Cover, Envelope
from .given import answers_digest
from .problems import WorkbookError, WorkbookProblem, cell_name
from .returned import Returned, read_workbook
from .section import Section
from .volume_reading import Volume, read_volume
from .volume_writing import MOST_SECTIONS, write_volume
from .words import placed_problem_text, workbook_problem_text
from .writing import write_workbook

__all__ = [
    "MOST_SECTIONS",
    "Awaited",
    "Book",
    "Cell",
    "Cover",
    "Envelope",
    "Kind",
    "Returned",
    "Section",
    "Sheet",
    "Volume",
    "WorkbookError",
    "WorkbookProblem",
    "WorkbookReading",
    "answers_digest",
    "bind",
    "cell_name",
    "open_book",
    "placed_problem_text",
    "read_volume",
    "read_workbook",
    "workbook_problem_text",
    "write_volume",
    "write_workbook",
]
