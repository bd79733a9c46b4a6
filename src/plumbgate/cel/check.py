"""
What is wrong with an expression, before anything runs it.

Limits on the text come first, then syntax, limits on the tree, and then the types of all its parts.
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
from plumbgate.cel.slips import find_slip
from plumbgate.cel.tokens import CelSyntaxError, line_and_column, scan
from plumbgate.errors import Diagnostic

if TYPE_CHECKING:
    from plumbgate.cel.names import Names
    from plumbgate.cel.syntax import Tree
    from plumbgate.cel.types import Type
    from plumbgate.model.policy import Expression


def compile_expression(
    expression: Expression, names: Names, *, boolean: bool = False, fitting: bool = False
) -> Program | list[Diagnostic]:
    """
    Return the program of an expression, or everything that is wrong with it.

    It must be true or false where it is `boolean`; its literals were held against the units of what
    stands beside them where they are `fitting`.
    """
    try:
        tree = parsed(expression.text)
        checker = Checker(expression, fitting=fitting)
        found = checker.value(tree, names)
        program = _program(expression, tree, found, checker, names)
        limit_levels(program.levels)
    except LimitError as error:
        return [_limit(expression, what) for what in error.args]
    except CelSyntaxError as error:
        return [_syntax(expression, error)]
    if boolean and found.kind not in {"bool", "any"}:
        message = f"the expression is a {found}, not true or false"
        checker.report(tree, "PG022", message, "compare it: `... <= params.<name>`")
    return checker.diagnostics or program


def parsed(text: str) -> Tree:
    """
    Return the tree of a text within every limit, each applied as early as it can be.

    Raises:
        CelSyntaxError: The text is no expression.
        LimitError: It is too large.

    """
    limit_text(text)
    scanned = scan(text)
    limit_tokens(scanned)
    tree = parse(scanned)
    limit_tree(tree)
    return tree


def _program(
    expression: Expression, tree: Tree, found: Type, checker: Checker, names: Names
) -> Program:
    reads, part_reads = tuple(checker.reads), tuple(checker.part_reads)
    variables = [
        program
        for path in (*reads, *part_reads)
        if path[0] == "variables" and (program := names.variables.get(path[1]))
    ]
    own = {path[0] for path in reads if path[0] in {"history", "units"}}
    return Program(
        expression,
        tree,
        reads,
        part_reads,
        levels(tree) + max((program.levels for program in variables), default=0),
        frozenset(own).union(*(program.looks_at for program in variables)),
        found,
        checker.types,
    )


def _limit(expression: Expression, what: str) -> Diagnostic:
    message = f"the expression is too large: {what}"
    hint = "move parts of it into `variables`, or make several rules of it"
    return Diagnostic("PG024", message, expression.place, hint)


def _syntax(expression: Expression, error: CelSyntaxError) -> Diagnostic:
    slip = find_slip(expression.text, error.offset)
    start, length = (slip.start, slip.length) if slip else (error.offset, 1)
    place = expression.at(*line_and_column(expression.text, start), length)
    fix = slip.fix if slip else error.fix
    if fix:
        return Diagnostic("PG020", f"CEL syntax error: {fix}", place)
    if not expression.text[error.offset :].strip().strip("<>=!&|+-*/%?:.,"):
        message = "CEL syntax error: the expression ends too early"
        return Diagnostic("PG020", message, place, "write what stands behind this")
    return Diagnostic("PG020", "CEL syntax error", place, "this does not fit here")
