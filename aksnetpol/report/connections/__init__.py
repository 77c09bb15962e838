"""Who reaches whom, as text: one report model, one module per format."""

from aksnetpol.report.connections import csv_rows, dot, json_data, mermaid, table
from aksnetpol.report.connections.model import Exposed, Level, NotEnforced, Report, Row, build

__all__ = [
    "Exposed",
    "Level",
    "NotEnforced",
    "Report",
    "Row",
    "build",
    "csv_rows",
    "dot",
    "json_data",
    "mermaid",
    "table",
]
