"""By what found subjects can be sorted, as people say it: `concentration`, `-cell_count`."""

from difflib import get_close_matches
from typing import Final

from catalog.errors import NotUnderstood
from catalog.queries.sort_values import units_of
from catalog.queries.visible import Viewer
from catalog.search.annotation_keys import AnnotationKeys
from catalog.search.fields import field_of
from catalog.search.orderings import Ordering, Sorted
from plates.platemaps.keys import KeyKind
from plates.platemaps.spelling import folded

PLATE: Final = "plate"
_BY_KIND: Final = {
    KeyKind.TERM: Sorted.TERM,
    KeyKind.QUANTITY: Sorted.QUANTITY,
    KeyKind.READOUT: Sorted.READOUT,
}


def ordering_of(text: str, viewer: Viewer) -> Ordering | None:
    """What a text asks for; None for a key that nothing visible has, NotUnderstood if it is none."""
    descending, name = text.startswith("-"), text.removeprefix("-")
    if folded(name) == PLATE:
        return Ordering(Sorted.PLATE, descending)
    keys = AnnotationKeys(viewer.scopes)
    key = None if field_of(name) else keys.key_named(name)
    if key is None or key.kind not in _BY_KIND:
        raise NotUnderstood("sort", _refusal(name, keys))
    if key.serial is None:
        return None
    units = tuple(units_of(key.serial)) if key.kind is KeyKind.QUANTITY else ()
    return Ordering(_BY_KIND[key.kind], descending, key.serial, units)


def _refusal(name: str, keys: AnnotationKeys) -> str:
    near = get_close_matches(name.casefold(), [PLATE, *keys.names()], n=1)
    hint = f" Did you mean '{near[0]}'?" if near else ""
    return (
        f"Nothing can be sorted by '{name[:60]}'.{hint} There is 'plate' and any key of annotation "
        "that is searched; with a minus before it the greatest come first."
    )
