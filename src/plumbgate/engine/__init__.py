"""
Policy and snapshot to verdicts, verdicts to findings.

Pure: no clock, no I/O, no logging. A rule that cannot be decided is UNKNOWN or ERROR, and nothing
here turns that into a pass.
"""
