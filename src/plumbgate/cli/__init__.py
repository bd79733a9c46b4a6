"""
The command line: flags in, exit code out, no logic between.

Commands import what they run only when they run, so that `--help` is quick.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from plumbgate import __version__
from plumbgate.cli.check import check
from plumbgate.cli.demo import demo
from plumbgate.cli.explain import explain
from plumbgate.cli.init import init
from plumbgate.cli.lint import lint
from plumbgate.cli.measure import measure
from plumbgate.cli.metrics import metrics
from plumbgate.cli.new import new
from plumbgate.cli.schema import schema
from plumbgate.cli.test import test
from plumbgate.errors import InputError, PlumbgateError

INVALID = 2
INTERNAL = 4


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="plumbgate")
def plumbgate() -> None:
    """Prove whether an identity programme's risk is falling, or the programme is only busy."""


COMMANDS = (demo, init, new, measure, check, lint, test, explain, metrics, schema)
for _command in COMMANDS:
    plumbgate.add_command(_command)


def main() -> None:
    """Run the command line; what is wrong is said in words and in the exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Return the exit code of a command line."""
    try:
        result = plumbgate.main(arguments, prog_name="plumbgate", standalone_mode=False)
    except click.ClickException as error:
        error.show()
    except (PlumbgateError, OSError, click.Abort) as error:
        click.echo(_refusal(error), err=True, nl=False)
    except Exception as error:  # noqa: BLE001 (the last rung: whatever it is, it is no verdict)
        click.echo(_internal(error), err=True)
        return INTERNAL
    else:
        return result if isinstance(result, int) else 0
    return INVALID


def _refusal(error: Exception) -> str:
    from plumbgate.render.text_safety import visible

    if isinstance(error, InputError):
        from plumbgate.render.diagnostics import render_diagnostics

        return render_diagnostics(error.diagnostics)
    if isinstance(error, OSError):
        name = f": {error.filename}" if error.filename else ""
        return f"error: {visible(f'{error.strerror or error}{name}')}\n"
    return f"error: {visible(str(error) or 'stopped')}\n"


def _internal(error: Exception) -> str:
    from plumbgate.render.text_safety import visible

    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = f" ({Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno})" if trace else ""
    said = visible(f"{type(error).__name__}: {error}")
    return f"internal error: {said}{place}; nothing was decided. exit 4"
