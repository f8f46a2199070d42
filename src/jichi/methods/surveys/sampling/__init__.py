"""Drawing a sample from a register so that anybody can draw it again.

A register (:func:`make_register`), a plan (:class:`Plan`) and a seed that nobody chose alone (the digits of
a lottery drawn after the register's fingerprint was published) give one sample (:func:`draw_sample`),
whatever the order of the register's rows, the machine or the year. Its record (:func:`record_of`) holds what
is needed to check that (:func:`verify`). How the draw is made is written in :mod:`.draws`, short enough to
be programmed anew.
"""

from .draws import ALGORITHM
from .plans import FirstStage, Plan, Short
from .records import Record, Verification, record_of, redraw, verify
from .registers import Register, make_register
from .selection import Sample, draw_sample

__all__ = [
    "ALGORITHM",
    "FirstStage",
    "Plan",
    "Record",
    "Register",
    "Sample",
    "Short",
    "Verification",
    "draw_sample",
    "make_register",
    "record_of",
    "redraw",
    "verify",
]
