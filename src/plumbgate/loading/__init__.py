"""
Files to model: YAML and JSON with positions, JSON Schema, every mistake at once.

Nothing here decides anything about a programme; it only says what a file means, or why it means
nothing.
"""
