"""The answers of a sheet's form that Jichi itself understands, by their keys.

A city's form asks what the city asks; only these keys have a meaning here, and a form may lack any of them.
Everything else is kept, shown and printed as the form says.
"""

from __future__ import annotations

# Project sheets (事務事業評価シート) -----------------------------------------------------------------------
ACCOMPLISHMENT = "accomplishment"
"""達成度, a choice ``1`` … ``5``; 1 is the best."""
ACCOMPLISHMENT_REASON = "accomplishment_reason"
CRITERIA = ("needs", "necessity", "effectiveness", "private", "method", "quality")
"""The six criteria (市民のニーズ, 市が実施する必要性, 成果, 民間の活用, 事業手法等の見直し, 質の向上):
choices ``a`` ``b`` ``c``, each with its reason under the key with ``_reason``."""
CONTRIBUTION = "contribution"
"""貢献度, a choice ``A`` ``B`` ``C``, with ``contribution_reason``."""
DIRECTION = "direction"
"""今後の方向性, a choice ``1`` … ``6``, printed Ⅰ … Ⅵ, with ``direction_text``."""

# Part ``costs``: fixed rows ``estimate`` (予算額) and ``settled`` (決算額), in thousand yen.
COSTS = "costs"
ESTIMATE, SETTLED = "estimate", "settled"
PROJECT_COST = "project_cost"
"""A: 事業費."""
FUNDING = ("national", "bonds", "other", "general")
"""国庫支出金, 市債, その他特財, 一般財源; their sum is A."""
STAFF_YEARS = "staff_years"
UNIT_COST = "unit_cost"
PERSONNEL = "personnel"
"""B: computed, staff-years × unit cost."""
TOTAL = "total"
"""Computed: A + B."""

# Part ``results``: open rows, prefilled with what the plan promises for the year.
RESULTS = "results"
RESULT_PLANNED = "planned"
RESULT_DONE = "done"
RESULT_STATE = "result_state"
"""``as_planned`` ``more`` ``less`` ``not_done``."""

# Part ``numbers``: open rows, prefilled with the yearly numbers of the plan and what was measured.
NUMBERS = "numbers"
NUMBER_NAME = "number_name"
NUMBER_UNIT = "number_unit"
NUMBER_TARGET = "number_target"
NUMBER_ACTUAL = "number_actual"

# Measure sheets (施策評価シート) --------------------------------------------------------------------------
PROGRESS = "progress"
"""進捗状況, a choice ``A`` ``B`` ``C`` ``D``, with ``progress_reason``."""
MEASURE_DIRECTION = "measure_direction"
"""今後の方向性 of a measure, a choice ``1`` … ``3``."""

JUDGEMENTS = (ACCOMPLISHMENT, *CRITERIA, CONTRIBUTION, DIRECTION, PROGRESS, MEASURE_DIRECTION)

BEST_FIRST = {
    ACCOMPLISHMENT: ("1", "2", "3", "4", "5"),
    CONTRIBUTION: ("A", "B", "C"),
    PROGRESS: ("A", "B", "C", "D"),
    **{key: ("a", "b", "c") for key in CRITERIA},
}
"""Judgements that have an order, the best first. A direction has none."""
