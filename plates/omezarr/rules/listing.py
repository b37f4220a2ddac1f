"""Rules about what lies below a plate but is not in its document: for them folders are listed."""

from collections.abc import Iterator
from typing import Final

from plates.addresses import WellAddress
from plates.omezarr.findings import Fault, pointer_of, shown
from plates.omezarr.rules.rule import WARNING, Force, RuleBook
from plates.omezarr.seen import PlateListing, PlateSeen

listings: Final = RuleBook[PlateListing]()

_ANY_COLUMN: Final = "1"


def _listed(plate: PlateSeen) -> set[str]:
    """The paths of the wells of the document, cut after the second folder."""
    paths = (well.get("path") for _, well in plate.wells())
    return {"/".join(path.split("/", 2)[:2]) for path in paths if isinstance(path, str)}


# 0.4: "A list of JSON objects defining the wells of the plate." Readers find wells by this list
# alone. OME, tables or labels beside the rows are no wells: only names of the plate's own rows
# and columns are, or such as A and 12.
@listings.rule(
    "HCS-WELL-UNLISTED",
    section="hcs-layout",
    levels={"0.1": WARNING},
    force=Force.HYGIENE,
    needs_listing=True,
)
def well_on_disk_is_listed(seen: PlateListing) -> Iterator[Fault]:
    """A well group that lies below the plate is in its list of wells."""
    if not isinstance(seen.plate.plate.get("wells"), list):
        return
    listed = _listed(seen.plate)
    rows, columns = set(seen.plate.rows()), set(seen.plate.columns())
    for path in sorted(seen.groups):
        row, slash, column = path.partition("/")
        if not slash or "/" in column or path in listed:
            continue
        if (row in rows and column in columns) or WellAddress.of_names(row, column) is not None:
            message = f"The well {shown(path)} is there, but the plate does not list it."
            yield Fault(pointer_of("wells"), message, f"a well {path}", node=path)


# 0.4: "A well row group SHOULD NOT be present if there are no images in the well row. A well
# group SHOULD NOT be present if there are no images in the well." Earlier versions do not say so.
# The images of a well are those that its document lists, and the structure of that document
# tells of a list that is empty.
@listings.rule(
    "HCS-EMPTY-GROUP",
    section="hcs-layout",
    levels={"0.1": None, "0.4": WARNING},
    force=Force.SHOULD,
    needs_listing=True,
)
def row_on_disk_has_wells(seen: PlateListing) -> Iterator[Fault]:
    """There is no group for a row, or for a well, that has no images."""
    names = set(seen.plate.rows())
    # Where wells are listed but not there, it is they that are missing.
    used = {path.partition("/")[0] for path in _listed(seen.plate)}
    used |= {path.partition("/")[0] for path in seen.groups if "/" in path}
    for row in sorted(seen.rows):
        is_row = row in names or WellAddress.of_names(row, _ANY_COLUMN) is not None
        if is_row and row in seen.groups and row not in used:
            message = f"The row {shown(row)} has a group, but no wells."
            yield Fault("", message, "no group", "a group without wells", row)
