"""Every write of imported statistics, one function per act."""

from .sources import create_source, edit_source
from .taking import Taken, discard_table, stage_table, take_table
from .targets import map_table, remove_target, save_target

__all__ = [
    "Taken",
    "create_source",
    "discard_table",
    "edit_source",
    "map_table",
    "remove_target",
    "save_target",
    "stage_table",
    "take_table",
]
