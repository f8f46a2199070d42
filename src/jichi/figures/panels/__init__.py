"""What measured values add to the plan's pages. Each function makes the context of one panel."""

from .indicator import answer_sentence, indicator_answer, indicator_picture
from .lists import indicator_list, node_indicators, project_numbers
from .source import binding_words

__all__ = [
    "answer_sentence",
    "binding_words",
    "indicator_answer",
    "indicator_list",
    "indicator_picture",
    "node_indicators",
    "project_numbers",
]
