"""The rows of the evaluation room: rules, cycles, sheets, grades, finance lines and packets."""

from __future__ import annotations

from .cycles import Cycle, CycleForm
from .finance import BudgetAmount, BudgetLine, BudgetShare, FinanceImport
from .grades import Grade, Proposal, ProposalDecision, StartValue
from .packets import Packet, PacketPart
from .rules import RuleSet, RuleSetVersion
from .sheets import Sheet, SheetComment, SheetEdition, SheetEvent

__all__ = [
    "BudgetAmount",
    "BudgetLine",
    "BudgetShare",
    "Cycle",
    "CycleForm",
    "FinanceImport",
    "Grade",
    "Packet",
    "PacketPart",
    "Proposal",
    "ProposalDecision",
    "RuleSet",
    "RuleSetVersion",
    "Sheet",
    "SheetComment",
    "SheetEdition",
    "SheetEvent",
    "StartValue",
]
