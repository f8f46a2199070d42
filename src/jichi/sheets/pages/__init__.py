"""A form as a web page and on paper, and what comes back from the page."""

from .forms import form_page
from .paper import PaperHead, paper_page
from .posting import raw_from_post, row_counts, rows_pressed

__all__ = ["PaperHead", "form_page", "paper_page", "raw_from_post", "row_counts", "rows_pressed"]
