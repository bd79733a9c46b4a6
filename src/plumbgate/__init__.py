"""
Policy as code that proves whether an identity programme's risk is falling.

Data flows one way: records are measured into snapshots, policies judge snapshots into
verdicts, a report holds the verdicts, renderers translate the report, the gate reads it.
"""

__version__ = "0.1.0"
