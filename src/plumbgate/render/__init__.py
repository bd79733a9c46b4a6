"""
The report in other people's formats, one file a format.

A renderer translates. It never judges, filters or recounts, and everything that it writes went
through `text_safety` first.
"""
