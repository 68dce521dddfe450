"""The command line: parse, call, print."""

from __future__ import annotations

import io
import os
import sys
from contextlib import redirect_stderr, redirect_stdout
from typing import NoReturn

import click

from bioanchors import __version__, interruption
from bioanchors.cli.comparing import compare
from bioanchors.cli.exits import BAD_INPUT, DONE, FAILED, INTERRUPTED
from bioanchors.cli.explaining import explain
from bioanchors.cli.exploring import explore, from_link
from bioanchors.cli.exporting import export, load
from bioanchors.cli.files import check, new, presets, published, schema, show
from bioanchors.cli.forecasts import run
from bioanchors.cli.hindcasting import hindcast
from bioanchors.cli.limits import afford, bounds
from bioanchors.cli.looking import ledger, sensitivity
from bioanchors.cli.mixing import mix
from bioanchors.cli.observing import observe
from bioanchors.cli.plotting import plot
from bioanchors.cli.reporting import report
from bioanchors.cli.saying import Shown, say
from bioanchors.cli.sweeping import solve, sweep
from bioanchors.visible import visible


class _Commands(click.Group):
    """Commands with their whole first sentence: click itself cuts it where the line ends."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [
            (name, self.commands[name].get_short_help_str(limit=1000))
            for name in self.list_commands(ctx)
        ]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="bioanchors")
def cli() -> None:
    """Forecast when somebody could afford to train a transformative AI.

    A Monte Carlo biological-anchors model: from a parameter file to an arrival-year CDF.
    FILE is a preset's name (see "bioanchors presets") or a path to a .toml file.

    \b
    bioanchors run cotra2020
    bioanchors run cotra2020 --set hardware.doubling_years=2
    bioanchors new mine.toml --from cotra2020
    """  # noqa: D301 - click wants the character itself


for command in (
    run,
    sweep,
    solve,
    sensitivity,
    ledger,
    bounds,
    explain,
    afford,
    compare,
    hindcast,
    observe,
    mix,
    plot,
    report,
    explore,
    from_link,
    export,
    load,
    show,
    check,
    presets,
    published,
    new,
    schema,
):
    cli.add_command(command)


def main() -> NoReturn:
    """Run the command line; exit as ``called`` says."""
    sys.exit(called())


def called() -> int:
    """Run the command line; return 0 done, 2 bad input, 1 anything else.

    Interrupted, it returns 130; asked to end by SIGTERM, 143, or by the terminal's closing, 129.
    """
    # Figures go into files. The name of a window system would be looked up, and might be wrong.
    os.environ.pop("MPLBACKEND", None)
    with interruption.watched():
        try:
            code = shown()
        except Exception:
            # An import that is interrupted may make an ImportError of it, and the like.
            if interruption.exit_code() is None:
                raise
        except KeyboardInterrupt:
            pass
        else:
            if interruption.exit_code() is None:
                return code
        with interruption.held_back():
            click.echo("interrupted", err=True)
        return interruption.exit_code() or INTERRUPTED


def shown() -> int:
    """Run the command line, its streams guarded against what steers a terminal; return as said."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a title's letters shows question marks instead.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    with redirect_stdout(Shown(sys.stdout)), redirect_stderr(Shown(sys.stderr)):
        return _called()


def _called() -> int:
    try:
        cli.main(standalone_mode=False)
    except click.ClickException as error:
        # On one line, whatever a file's name in it holds; click takes the attribute for final.
        vars(error)["message"] = visible(error.message)
        error.show()
        return BAD_INPUT if isinstance(error, click.UsageError) else FAILED
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.Abort:
        raise KeyboardInterrupt from None
    except BrokenPipeError:
        # Whoever read our output has gone (``| head``); the interpreter must not complain later.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except OSError as error:
        where = f": {error.filename}" if error.filename else ""
        say(f"{error.strerror or error}{where}", err=True)
        return FAILED
    except ValueError as error:
        from bioanchors.parameters import BadParameters

        if not isinstance(error, BadParameters):
            raise
        click.echo(str(error), err=True)
        return BAD_INPUT
    return DONE


if __name__ == "__main__":
    main()
