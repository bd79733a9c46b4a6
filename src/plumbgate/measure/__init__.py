"""
Records to snapshots: counts by SQL, statistics by Python.

A metric is one query that returns integer counts per scope and period, one documented function
that turns counts into an estimate, and one row in `METRICS`. Only `records.opening` and `session`
import the table engine, so that the catalogue can be read without it.
"""
