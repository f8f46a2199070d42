"""What was measured: values with their evidence, where they truly come from, and the ways they arrive."""

from .bindings import Binding, Definition, Publicity
from .breakdowns import Breakdown, Cell, Computation
from .inquiries import Inquiry, InquiryRequest, InquirySeries, InquiryTarget, Merge, RequestEvent
from .observations import Counting, Evidence, Observation, Quantity, SourceKind, StagedUpload
from .statistics import TableImport, TableMapping, TableSource, TableTarget
from .surveys import (
    Survey,
    SurveyCell,
    SurveyDraft,
    SurveyQuestion,
    SurveyReport,
    SurveyTarget,
    SurveyWave,
)

__all__ = [
    "Binding",
    "Breakdown",
    "Cell",
    "Computation",
    "Counting",
    "Definition",
    "Evidence",
    "Inquiry",
    "InquiryRequest",
    "InquirySeries",
    "InquiryTarget",
    "Merge",
    "Observation",
    "Publicity",
    "Quantity",
    "RequestEvent",
    "SourceKind",
    "StagedUpload",
    "Survey",
    "SurveyCell",
    "SurveyDraft",
    "SurveyQuestion",
    "SurveyReport",
    "SurveyTarget",
    "SurveyWave",
    "TableImport",
    "TableMapping",
    "TableSource",
    "TableTarget",
]
