"""What grades add to the plan's pages. Each function makes the context of one panel."""

from .indicator import indicator_grade

__all__ = ["indicator_grade"]
