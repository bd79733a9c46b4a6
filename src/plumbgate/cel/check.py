"""
What is wrong with an expression, before anything runs it.

Limits on the text come first, then syntax, limits on the tree, names and functions, and the shape
of the result. A full typing of expressions is not here: what only it would find fails at run time
as an ERROR.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plumbgate.cel.checker import Checker
from plumbgate.cel.environment import parse
from plumbgate.cel.limits import (
    LimitError,
    levels,
    limit_levels,
    limit_text,
    limit_tokens,
    limit_tree,
)
from plumbgate.cel.program import Program
from plumbgate.cel.shape import may_be_bool
from plumbgate.cel.slips import find_slip
from plumbgate.cel.tokens import CelSyntaxError, line_and_column, scan
from plumbgate.errors import Diagnostic

if TYPE_CHECKING:
    from plumbgate.cel.names import Names
    from plumbgate.cel.syntax import Tree
    from plumbgate.model.policy import Expression


def compile_expression(
    expression: Expression, names: Names, *, boolean: bool = False
) -> Program | list[Diagnostic]:
    """Return the program of an expression, or everything that is wrong with it."""
    try:
        tree = _tree(expression.text)
        checker = Checker(expression)
        checker.value(tree, names)
        program = _program(expression.text, tree, checker, names)
        limit_levels(program.levels)
    except LimitError as error:
        return [_limit(expression, what) for what in error.args]
    except CelSyntaxError as error:
        return [_syntax(expression, error)]
    if boolean and not program.may_be_bool:
        checker.report(
            tree,
            "PG022",
            "the expression is not true or false",
            "compare it: `... <= params.<name>`",
        )
    return checker.diagnostics or program


def _tree(text: str) -> Tree:
    """Return the tree of a text within every limit, each applied as early as it can be."""
    limit_text(text)
    scanned = scan(text)
    limit_tokens(scanned)
    tree = parse(scanned)
    limit_tree(tree)
    return tree


def _program(text: str, tree: Tree, checker: Checker, names: Names) -> Program:
    reads, past_reads = tuple(checker.reads), tuple(checker.past_reads)
    variables = [
        program
        for path in (*reads, *past_reads)
        if path[0] == "variables" and (program := names.variables.get(path[1]))
    ]
    return Program(
        text,
        tree,
        reads,
        past_reads,
        levels(tree) + max((program.levels for program in variables), default=0),
        ("history",) in reads or any(program.reads_history for program in variables),
        may_be_bool(tree, names.variables),
    )


def _limit(expression: Expression, what: str) -> Diagnostic:
    return Diagnostic("PG024", f"the expression is too large: {what}", expression.place)


def _syntax(expression: Expression, error: CelSyntaxError) -> Diagnostic:
    slip = find_slip(expression.text, error.offset)
    start, length = (slip.start, slip.length) if slip else (error.offset, 1)
    place = expression.at(*line_and_column(expression.text, start), length)
    fix = slip.fix if slip else error.fix
    if fix:
        return Diagnostic("PG020", f"CEL syntax error: {fix}", place)
    return Diagnostic("PG020", "CEL syntax error", place, "this does not fit here")
