"""The command that validates one store.

    platecat-validate URL [--format text|json|csv] [--depth DEPTH] [--policy POLICY]
    platecat-validate --list-rules [--format text|json|markdown]

It needs no database and no Django. The exit code is 0 if no rule is broken (warnings may remain),
1 if there are errors, 2 if the store cannot be read, 130 after Ctrl-C.
"""

import json
import os
import signal
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace, RawDescriptionHelpFormatter
from collections.abc import Iterable, Iterator
from typing import Final, NoReturn, TextIO
from urllib.parse import urlsplit

from plates.omezarr.depth import Depth
from plates.omezarr.drivers import Progress
from plates.omezarr.errors import UnsupportedScheme
from plates.omezarr.meanings import DEPTHS, POLICIES
from plates.omezarr.options import StoreOptions
from plates.omezarr.printable import encodable, printable
from plates.omezarr.read import DEFAULT_OPTIONS
from plates.omezarr.report import Report
from plates.omezarr.report_csv import report_csv
from plates.omezarr.report_json import report_json
from plates.omezarr.report_text import report_text
from plates.omezarr.rules.rule import Policy
from plates.omezarr.rules_list import rules_json, rules_text
from plates.omezarr.rules_page import rules_page
from plates.omezarr.validate import validate_store

SOUND: Final = 0
FAULTY: Final = 1
UNREADABLE: Final = 2
# The shell's way to say that a signal ended a program.
INTERRUPTED: Final = 128 + signal.SIGINT
SUMMARY: Final = (
    "Check an OME-Zarr store (a plate, an image or a collection) against the specification, and "
    "say what is wrong, where, and what should stand there."
)
_MAX_CONCURRENCY: Final = 1_024
_CLEAR: Final = "\r\x1b[2K"


def main(arguments: list[str] | None = None) -> int:
    """The exit code of a validation, whose report was printed."""
    parser = ArgumentParser(
        prog="platecat-validate",
        description=SUMMARY,
        epilog=epilog(),
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    declare(parser)
    code = run(parser.parse_args(arguments), out=sys.stdout, err=sys.stderr)
    if code == INTERRUPTED and arguments is None:
        leave()
    return code


def leave() -> NoReturn:
    """End this process as Ctrl-C does, and at once.

    Requests that are still under way would complain of an interpreter that is gone.
    """
    os._exit(INTERRUPTED)


def declare(parser: ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("url", nargs="?", metavar="URL", help="a folder, or an http(s) or s3 URL")
    parser.add_argument(
        "--format",
        choices=["text", "json", "csv", "markdown"],
        default="text",
        help="text if left out; markdown is for --list-rules alone",
    )
    depths = [depth.word for depth in Depth]
    parser.add_argument("--depth", choices=depths, default="labels", help="labels if left out")
    policies = [policy.value for policy in Policy]
    parser.add_argument("--policy", choices=policies, default="spec", help="spec if left out")
    parser.add_argument("--list-rules", action="store_true", help="list every rule instead")
    opening = parser.add_argument_group("opening")
    opening.add_argument(
        "--anonymous", action="store_true", help="sign no request, whatever the environment holds"
    )
    opening.add_argument(
        "--endpoint", type=_endpoint, metavar="URL", help="an S3 service other than Amazon's"
    )
    opening.add_argument("--region", metavar="NAME", help="the region of the bucket")
    opening.add_argument(
        "--concurrency",
        type=_concurrency,
        default=DEFAULT_OPTIONS.concurrency,
        metavar="N",
        help=f"requests under way at once; {DEFAULT_OPTIONS.concurrency} if left out",
    )


def epilog() -> str:
    """What the help says below the options."""
    depths = "\n".join(f"  {depth.word:8} {text}" for depth, text in DEPTHS.items())
    policies = "\n".join(f"  {policy.value:8} {text}" for policy, text in POLICIES.items())
    return (
        f"depths, each with all before it:\n{depths}\n\npolicies:\n{policies}\n\n"
        "exit code: 0 no errors, 1 errors, 2 the store cannot be read.\n"
        "Credentials for S3 are taken from AWS_ACCESS_KEY_ID and its siblings."
    )


def run(given: Namespace, *, out: TextIO, err: TextIO, colours: bool | None = None) -> int:
    """The exit code of what was asked for; the answer is written to `out`.

    `colours` None means: where `out` is a terminal that wants them.
    """
    try:
        refusal = _refusal(given)
        if refusal:
            return _refuse(refusal, err)
        if given.list_rules:
            return _written(_rules(given), out, err, code=SOUND)
        report = _report(given, err)
        colours = _wants_colours(out) if colours is None else colours
        pieces = _rendered(report, given.format, colours=colours)
        return _written(pieces, out, err, code=exit_code(report))
    except UnsupportedScheme as error:
        return _refuse(str(error), err)
    except KeyboardInterrupt:
        return INTERRUPTED


def exit_code(report: Report) -> int:
    """0 if there are no errors, 1 if there are some, 2 if the store could not be read."""
    if report.error:
        return UNREADABLE
    return FAULTY if report.errors else SOUND


def _refusal(given: Namespace) -> str:
    """Why the arguments make no sense together; empty if they do."""
    if given.list_rules and given.url is not None:
        return "--list-rules lists the rules of every store: leave the address out."
    if given.list_rules and given.format == "csv":
        return "The rules are listed as text, json or markdown, not as csv."
    if not given.list_rules and given.url is None:
        return "Give the address of a store: a folder, or an http(s) or s3 URL."
    if not given.list_rules and given.format == "markdown":
        return "A report is written as text, json or csv; markdown is for --list-rules."
    return ""


def _refuse(sentence: str, err: TextIO) -> int:
    err.write(encodable(f"{printable(sentence)}\n", err.encoding))
    return UNREADABLE


def _report(given: Namespace, err: TextIO) -> Report:
    shows = err.isatty()
    try:
        return validate_store(
            given.url,
            options=StoreOptions(
                endpoint=given.endpoint,
                anonymous=True if given.anonymous else None,
                region=given.region,
                concurrency=given.concurrency,
            ),
            depth=Depth[given.depth.upper()],
            policy=Policy(given.policy),
            progress=_progress_on(err) if shows else None,
        )
    finally:
        if shows:
            err.write(_CLEAR)
            err.flush()


def _progress_on(err: TextIO) -> Progress:
    def show(done: int, known: int) -> None:
        err.write(f"{_CLEAR}{done:,} of {known:,} documents")
        err.flush()

    return show


def _rules(given: Namespace) -> Iterator[str]:
    policy = Policy(given.policy)
    if given.format == "json":
        return iter([_json(rules_json(policy))])
    return rules_page() if given.format == "markdown" else rules_text(policy)


def _rendered(report: Report, form: str, *, colours: bool) -> Iterator[str]:
    if form == "json":
        return iter([_json(report_json(report))])
    return report_csv(report) if form == "csv" else report_text(report, colours=colours)


def _json(value: object) -> str:
    # Escapes, so that no setting of the terminal's encoding can break it; json lets DEL through.
    return json.dumps(value, indent=2).replace("\x7f", "\\u007f") + "\n"


def _wants_colours(out: TextIO) -> bool:
    environment = os.environ
    return out.isatty() and not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"


def _written(pieces: Iterable[str], out: TextIO, err: TextIO, *, code: int) -> int:
    """The exit code after writing; that of the validation if the reader has seen enough."""
    try:
        out.writelines(encodable(piece, out.encoding) for piece in pieces)
        out.flush()
    except BrokenPipeError:
        _abandon(out)
    except OSError as error:
        _abandon(out)
        return _refuse(f"The report could not be written: {error.strerror}.", err)
    return code


def _abandon(out: TextIO) -> None:
    """Let what is still to be written go nowhere: Python would complain at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, out.fileno())
    os.close(nowhere)


def _endpoint(text: str) -> str:
    try:
        parts = urlsplit(text)
        valid = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if not valid:
        raise ArgumentTypeError("an endpoint is an address such as https://s3.example.org")
    return text


def _concurrency(text: str) -> int:
    number = int(text) if text.isascii() and text.isdecimal() else 0
    if not 1 <= number <= _MAX_CONCURRENCY:
        raise ArgumentTypeError(f"{text!r} is no number from 1 to {_MAX_CONCURRENCY:,}")
    return number


if __name__ == "__main__":
    sys.exit(main())
