"""Which image that stands alone a row is about."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from plates.platemaps.candidates import ImageCandidate
from plates.platemaps.plate_names import store_stem
from plates.platemaps.spelling import folded
from plates.platemaps.verdicts import RowVerdict


@dataclass(frozen=True, slots=True)
class ImageMatch:
    """The image that a name means, or why it is not clear."""

    image: ImageCandidate | None
    verdict: RowVerdict = RowVerdict.MATCHED
    message: str = ""


class ImageNames:
    """The images of a dataset by name, by path and by store, then whatever the case."""

    def __init__(self, candidates: Iterable[ImageCandidate]) -> None:
        self._tiers: dict[Callable[[str], str], dict[str, list[ImageCandidate]]] = {
            spelt: {} for spelt in _SPELLINGS
        }
        for image in candidates:
            for name in _names_of(image):
                for spelt, named in self._tiers.items():
                    if key := spelt(name):
                        named.setdefault(key, []).append(image)

    def match(self, name: str, *, store: str = "") -> ImageMatch:
        """The image of a name; of several, the one in the store that the row names as well."""
        if not name:
            message = "The row names no image. Fill its image column."
            return ImageMatch(None, RowVerdict.NO_SUCH_IMAGE, message)
        for spelt, named in self._tiers.items():
            found = {image.id: image for image in named.get(spelt(name), ())}
            if len(found) > 1 and store:
                found = _of_store(found, store)
            if len(found) == 1:
                return ImageMatch(next(iter(found.values())))
            if found:
                message = (
                    f"{len(found)} images of this dataset are called {name[:80]!r}. Write the "
                    "store's name and the path in it, with a / between."
                )
                return ImageMatch(None, RowVerdict.AMBIGUOUS_IMAGE, message)
        message = f"No image of this dataset is called {name[:80]!r}, and none lies at that path."
        return ImageMatch(None, RowVerdict.NO_SUCH_IMAGE, message)


def _names_of(image: ImageCandidate) -> set[str]:
    stem = store_stem(image.store)
    if image.path:
        paths = {image.path, f"{image.store}/{image.path}", f"{stem}/{image.path}"}
    else:
        paths = {image.store, stem}
    return {*paths, image.name, store_stem(image.name), image.id} - {""}


def _of_store(found: Mapping[str, ImageCandidate], store: str) -> dict[str, ImageCandidate]:
    meant = folded(store_stem(store))
    in_it = {id_: one for id_, one in found.items() if folded(store_stem(one.store)) == meant}
    return in_it or dict(found)


def _as_it_is(name: str) -> str:
    return name


_SPELLINGS: Final[tuple[Callable[[str], str], ...]] = (_as_it_is, str.casefold)
"""How names are compared, in this order."""
