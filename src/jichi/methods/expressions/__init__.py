"""Small expressions over the answers of a form: sums, comparisons and conditions, read safely.

They are written by whoever makes a form and run on whatever is answered, so nothing of Python is reachable:
Python's parser only splits the text, and a fixed list of nodes is walked. There are no attributes, no
subscripts, no names but those given, and no functions but :data:`FUNCTIONS`.

A missing answer is None, which means "not known" and not zero: what is computed from it is not known either,
and logic has three values (false ``and`` unknown is false, true ``or`` unknown is true). A division by zero
and a comparison between a number and a text are not known. ``sum`` of a column in which one value is missing
is not known, since a part must not pose as the whole; of a column without rows it is 0.
"""

from .kinds import kind_of
from .language import (
    FUNCTIONS,
    MAX_DEPTH,
    MAX_LENGTH,
    PRECISION,
    Column,
    Expression,
    ExpressionError,
    Kind,
    Known,
    Scalar,
)
from .reading import parse
from .values import evaluate

__all__ = [
    "FUNCTIONS",
    "MAX_DEPTH",
    "MAX_LENGTH",
    "PRECISION",
    "Column",
    "Expression",
    "ExpressionError",
    "Kind",
    "Known",
    "Scalar",
    "evaluate",
    "kind_of",
    "parse",
]
