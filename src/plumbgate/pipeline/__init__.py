"""
Load, measure, check, render, write: the only wiring, one module a command.

The clock is read in `clock`, where no instant is given; everything below gets it as an argument.
"""
