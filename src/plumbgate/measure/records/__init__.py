"""
Records: a folder of CSV, JSON Lines and Parquet to canonical tables in memory.

Everything is read as text and cast by the tables' schema, so that the id `1E5` stays what it is.
Each row of each file is accepted, a duplicate, from later, or rejected for one reason: nothing is
dropped in silence.
"""

from plumbgate.measure.records.account import Records, RejectedRow, SourceCounts
from plumbgate.measure.records.oddities import RecordWarning
from plumbgate.measure.records.opening import open_records

__all__ = ["RecordWarning", "Records", "RejectedRow", "SourceCounts", "open_records"]
