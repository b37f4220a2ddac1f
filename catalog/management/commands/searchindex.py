import json
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from typing import Final

from django.core.management.base import BaseCommand

from catalog.services.search_index import EXAMPLES, Checked, check_search_index
from plates.states import IndexPart

OFF: Final = 1

PARTS: Final[Mapping[IndexPart, str]] = {
    IndexPart.LAYER: "that a plate or store of images has a layer",
    IndexPart.MASK: "where a layer has a term",
    IndexPart.KEY_MASK: "where a layer has any term of a key",
    IndexPart.DECADE_MASK: "where a layer has numbers of a key within one decade",
    IndexPart.QUANTITY: "a number of a layer at a position",
    IndexPart.CONSTANT: "a term that a whole plate has",
    IndexPart.READOUT: "the numbers that were measured",
    IndexPart.SUFFICIENT_LAYER: "that a layer alone tells all that a plate has of its keys",
    IndexPart.OCCUPIED: "where there are wells or images",
    IndexPart.FIELD_MASK: "where there are fields of a layout",
    IndexPart.UNUSED_LAYER: "a layer that nothing has any more",
    IndexPart.COUNT: "how many wells and images of a dataset have a term",
    IndexPart.OVERLAP: "how often those of a dataset have more terms of a key than one",
}
"""What each part says, in a few words."""


class Command(BaseCommand):
    """Check what search rests on, and mend it."""

    help = (
        "Compare what search rests on, for every plate, store of images and term, with the rows of "
        "plate maps, the wells, fields and images that it is derived from. Safe beside running "
        "harvests and imports, which do not wait for it unless there is something to mend."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what the command takes."""
        parser.add_argument("--repair", action="store_true", help="Mend what is off.")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(
        self,
        *,
        repair: bool,
        format: str,  # noqa: A002 - the name of the option
        **_: object,
    ) -> None:
        """Check, and tell what is off."""
        checked = check_search_index(repair=repair, progress=self.tell_progress)
        self.show("")
        if format == "json":
            self.stdout.write(json.dumps(as_json(checked, repair=repair), indent=2))
        else:
            for line in sentences_of(checked, repair=repair):
                self.stdout.write(line)
        if checked.left:
            raise SystemExit(OFF)

    def tell_progress(self, what: str, done: int, total: int) -> None:
        """Say how far the check is."""
        self.show(f"{done:,} of {total:,} {what}")

    def show(self, line: str) -> None:
        """Replace the line of progress, where somebody watches."""
        if self.stderr.isatty():
            self.stderr.write(f"\r\x1b[2K{line}", ending="")
            self.stderr.flush()


def as_json(checked: Checked, *, repair: bool) -> dict[str, object]:
    """The outcome as JSON."""
    return {
        "carriers": checked.carriers,
        "terms": checked.terms,
        "off": {part.value: number for part, number in checked.off.items()},
        "examples": [
            {
                "part": one.part.value,
                "where": one.where,
                "missing": one.missing,
                "surplus": one.surplus,
            }
            for one in checked.examples
        ],
        "repaired": repair,
        "left": checked.left,
    }


def sentences_of(checked: Checked, *, repair: bool) -> Iterator[str]:
    """What is off, by parts, and what to do about it."""
    for part, number in checked.off.items():
        yield f"{part.value} ({PARTS[part]}): {number:,} off"
        for one in checked.examples:
            if one.part is part:
                yield f"    {one.where}: {one.missing:,} missing, {one.surplus:,} too many"
        if number > EXAMPLES:
            yield f"    and {number - EXAMPLES:,} more"
    looked_at = (
        f"{checked.carriers:,} plates and stores of images and {checked.terms:,} terms were checked"
    )
    if not checked.off:
        yield f"{looked_at}: search rests on what is there."
    elif not repair:
        yield f"{looked_at}. Mend what is off with --repair."
    elif checked.left:
        yield f"{looked_at}. {checked.left:,} could not be mended: please report them."
    else:
        yield f"{looked_at}. What was off is mended."
