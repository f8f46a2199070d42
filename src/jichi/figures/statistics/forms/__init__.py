"""Forms of imported statistics: a source, its layout, a figure's place, next year's file."""

from .layout import LayoutForm, layout_initial
from .sources import SourceForm, TakeForm, UploadForm
from .targets import TargetForm, target_initial

__all__ = [
    "LayoutForm",
    "SourceForm",
    "TakeForm",
    "TargetForm",
    "UploadForm",
    "layout_initial",
    "target_initial",
]
