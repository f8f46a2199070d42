"""Dated rules: statutory periods, thresholds and lists as data, looked up by day (house, law 5)."""

from .errors import RuleNotYet, RuleProblem, RuleRepealed, RuleUnknown
from .queries import find, get, history, in_force
from .rule import Rule, text_of
from .services import load_dated_rules

__all__ = [
    "Rule",
    "RuleNotYet",
    "RuleProblem",
    "RuleRepealed",
    "RuleUnknown",
    "find",
    "get",
    "history",
    "in_force",
    "load_dated_rules",
    "text_of",
]
