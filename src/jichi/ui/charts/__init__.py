"""Charts and maps drawn on the server as SVG, with their table and their description in words."""

from .indicator import indicator_chart
from .model import Chart, ChartPoint, ChartSeries, Tile
from .tiles import tile_map

__all__ = ["Chart", "ChartPoint", "ChartSeries", "Tile", "indicator_chart", "tile_map"]
