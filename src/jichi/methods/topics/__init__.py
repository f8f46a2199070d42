"""Topics of many opinions, with labels that are words of the opinions. Pure functions.

- `finding`: `find_topics`, the way from submissions to `Topics`; `checking`: what it refuses, `Mask`
- `views`: how alike opinions are; `joining`: the binary tree, `compare`; `shaping`: the readable tree
- `phrases`, `labels`: verbatim labels; `picking`, `stances`: what to show, and who disagrees
- `decisions`: what a person decides, as data; `deciding`: applying it; `describing`, `values`: the result
"""

from jichi.methods.topics.checking import Mask
from jichi.methods.topics.decisions import (
    Applied,
    Decision,
    Merge,
    Outcome,
    Pin,
    Rename,
    Split,
    from_plain,
    to_plain,
)
from jichi.methods.topics.finding import find_topics
from jichi.methods.topics.joining import compare
from jichi.methods.topics.values import Dissent, Kind, Label, NoLabel, Topic, Topics

__all__ = [
    "Applied",
    "Decision",
    "Dissent",
    "Kind",
    "Label",
    "Mask",
    "Merge",
    "NoLabel",
    "Outcome",
    "Pin",
    "Rename",
    "Split",
    "Topic",
    "Topics",
    "compare",
    "find_topics",
    "from_plain",
    "to_plain",
]
