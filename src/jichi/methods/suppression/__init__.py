"""Hiding small numbers in tables so that they stay hidden.

A table of a ward by age group shows that three persons did something; hiding the 3 does not help where the
total of the row is printed. `suppress` hides the small cells and as few others as it can find, so that from
all tables together nobody can compute a hidden number, or narrow it to less than the rule asks for, and
gives the proof. `verify` attacks any pattern of hidden cells, and `differencing` asks what several releases
tell together. Tables may share cells (linked tables), lack margins, or be bound by further sums.

On a page give primary and complementary cells one sign: telling them apart tells that the first are small.

References
----------
.. [1] M. Fischetti, J.-J. Salazar-Gonzalez (2001). Solving the cell suppression problem on tabular data
   with linear constraints. Management Science 47 (7), 1008-1027.
.. [2] J. P. Kelly, B. L. Golden, A. A. Assad (1992). Cell suppression: disclosure protection for sensitive
   tabular data. Networks 22 (4), 397-417.
.. [3] L. Willenborg, T. de Waal (2001). Elements of Statistical Disclosure Control. Springer, chapters 4-6.
.. [4] D. Repsilber (2002). Sicherung persoenlicher Angaben in Tabellendaten. Statistische Analysen und
   Studien Nordrhein-Westfalen, Heft 1/2002 (the method of hypercubes); see also A. Hundepool and others
   (2012), Statistical Disclosure Control, Wiley, chapter 4.
"""

from .deciding import suppress, verify
from .differencing import differencing
from .totals import with_totals
from .values import (
    TOTAL,
    Cell,
    Counts,
    Finding,
    Interval,
    Key,
    Problem,
    Proof,
    Ref,
    Relation,
    Release,
    Rule,
    State,
    Suppression,
    SuppressionError,
    Table,
)

__all__ = [
    "TOTAL",
    "Cell",
    "Counts",
    "Finding",
    "Interval",
    "Key",
    "Problem",
    "Proof",
    "Ref",
    "Relation",
    "Release",
    "Rule",
    "State",
    "Suppression",
    "SuppressionError",
    "Table",
    "differencing",
    "suppress",
    "verify",
    "with_totals",
]
