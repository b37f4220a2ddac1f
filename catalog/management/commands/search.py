import csv
import json
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from django.http import HttpRequest, QueryDict

from catalog.api.datasets import DatasetList
from catalog.api.pages import DEFAULT_LIMIT, LARGEST_LIMIT
from catalog.api.plates import PlateList
from catalog.api.wells import WellSearch

LISTS: Final = {"wells": WellSearch, "plates": PlateList, "datasets": DatasetList}
COLUMNS: Final = {
    "wells": ("dataset", "plate", "label", "fields"),
    "plates": ("dataset", "name", "barcode", "wells", "fields"),
    "datasets": ("slug", "title", "visibility"),
}
REFUSED = 2
LONGEST = 40


class OperatorsRequest(HttpRequest):
    """What the operator asks at the command line; links are paths, whatever the server's name."""

    def __init__(self, path: str, parameters: QueryDict) -> None:
        super().__init__()
        self.method = "GET"
        self.path = path
        self.GET = parameters  # type: ignore[assignment]
        # Nobody's account: whoever runs commands has the database, and sees all.
        self.user = User(is_active=True, is_superuser=True)

    def build_absolute_uri(self, location: str | None = None) -> str:
        """The path alone."""
        return location or self.path


class Command(BaseCommand):
    """Search wells, plates or datasets."""

    help = (
        "Search with the query language, as somebody who sees everything: 'gene:TP53 "
        "concentration:>=1uM -edge:yes'. The JSON has the shape of a list over REST."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what the command takes."""
        parser.add_argument("query", metavar="QUERY", help="Empty finds everything.")
        parser.add_argument("--of", choices=list(LISTS), default="wells")
        parser.add_argument("--limit", type=int, default=DEFAULT_LIMIT, metavar="N")
        parser.add_argument("--format", choices=["table", "json", "csv"], default="table")

    def handle(
        self,
        *,
        query: str,
        of: str,
        limit: int,
        format: str,  # noqa: A002 - the name of the option
        **_: object,
    ) -> None:
        """Search, and print what was found."""
        if limit < 1:
            raise CommandError("--limit is a number from 1.", returncode=REFUSED)
        found = answer_to(query, of=of, limit=limit)
        if format == "json":
            self.stdout.write(json.dumps(found, indent=2))
            return
        lines = list(lines_of(found["results"], of))
        if format == "csv":
            csv.writer(self.stdout, lineterminator="\n").writerows(lines)
            return
        for line in in_columns(lines):
            self.stdout.write(line)
        for remark in found.get("remarks", ()):
            self.stderr.write(remark)
        at_least = "" if found["count_is_exact"] else "more than "
        self.stderr.write(f"{len(lines) - 1:,} of {at_least}{found['count']:,} {of}.")


def answer_to(query: str, *, of: str, limit: int) -> dict[str, Any]:
    """What REST answers to a query, as one page however long."""
    parameters = QueryDict(mutable=True)
    parameters.update({"q": query, "limit": str(min(limit, LARGEST_LIMIT))})
    found = page_of(of, parameters)
    while found["next"] and len(found["results"]) < limit:
        parameters = QueryDict(urlsplit(found["next"]).query, mutable=True)
        parameters["limit"] = str(min(limit - len(found["results"]), LARGEST_LIMIT))
        more = page_of(of, parameters)
        found |= {"results": [*found["results"], *more["results"]], "next": more["next"]}
    return found


def page_of(of: str, parameters: QueryDict) -> dict[str, Any]:
    """One page of a list; refused with the sentence that REST would answer."""
    answer = LISTS[of].as_view()(OperatorsRequest(f"/api/v1/{of}/", parameters))
    if answer.status_code != HTTPStatus.OK:
        raise CommandError(answer.data["detail"], returncode=REFUSED)
    # Read as it is sent: parts of it are JSON already.
    return dict(json.loads(answer.render().content))


def lines_of(rows: Sequence[Mapping[str, Any]], of: str) -> Iterator[list[str]]:
    """A header and a line for each row; what is in wells has a column for each key."""
    keys = sorted({key for row in rows for key in row.get("annotation", ())})
    yield [*COLUMNS[of], *keys]
    for row in rows:
        said = row.get("annotation", {})
        yield [
            *(plainly(row[name]) for name in COLUMNS[of]),
            *("; ".join(value["value"] for value in said.get(key, ())) for key in keys),
        ]


def plainly(value: object) -> str:
    """A cell: what is named by its name."""
    if isinstance(value, Mapping):
        return str(value.get("slug") or value.get("name") or value["id"])
    return str(value)


def in_columns(lines: Sequence[Sequence[str]]) -> Iterator[str]:
    """Lines whose cells stand below each other; what is too long is cut."""
    cut = [
        [cell if len(cell) <= LONGEST else f"{cell[: LONGEST - 3]}..." for cell in line]
        for line in lines
    ]
    widths = [max(map(len, column)) for column in zip(*cut, strict=True)]
    for line in cut:
        yield "  ".join(
            cell.ljust(width) for cell, width in zip(line, widths, strict=True)
        ).rstrip()
