"""Frozen data: what flows between the steps. No I/O and no third-party imports."""
