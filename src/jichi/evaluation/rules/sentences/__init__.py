"""A rule, a grade and what stands beside it, in plain sentences of the active language.

Everything is made from what is stored (:mod:`jichi.evaluation.rules.stored`), so that a grade made under an
old rule can be told in a language that came later.
"""

from __future__ import annotations

from .beside import beside_sentences, flag_sentences
from .clauses import clause_sentence, rule_sentences
from .forecasts import forecast_sentences
from .grades import cause_sentence, short, steps
from .problems import absent_sentence, problem_sentence
from .proposing import clause_of_proposal, reason_sentences
from .told import Told, told_of_edition

__all__ = [
    "Told",
    "absent_sentence",
    "beside_sentences",
    "cause_sentence",
    "clause_of_proposal",
    "clause_sentence",
    "flag_sentences",
    "forecast_sentences",
    "problem_sentence",
    "reason_sentences",
    "rule_sentences",
    "short",
    "steps",
    "told_of_edition",
]
