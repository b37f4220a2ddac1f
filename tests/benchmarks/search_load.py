"""What people ask of search: a mixed load of requests, drawn from what a viewer sees."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.db.models import Sum

from catalog.queries.cursors import Cursor
from catalog.queries.visible import Viewer
from plates.models import Carrier, TermScope

RANKS: Final = (0, 1, 3, 10, 30, 100, 300, 1000)
"""Of values by their frequency: the widest is always among them."""
WELLS, FACETS, TERMS = "/api/v1/wells/", "/api/v1/facets/", "/api/v1/terms/"
FACET_KEYS: Final = "organism,control_type,moa,gene,phenotype"
DEEP: Final = 1_000
PAGE: Final = 100

Load = Mapping[str, list[str]]
"""Paths of requests by what they are."""


@dataclass(frozen=True)
class Seen:
    """What a viewer sees: values by key, the most frequent first."""

    viewer: Viewer

    def values(self, key: str) -> list[str]:
        """Values of a few ranks."""
        rows = (
            TermScope.objects.filter(key__name=key, scope__any=self.viewer.scopes)
            .values_list("term__text")
            .annotate(n=Sum("subjects"))
            .order_by("-n", "term__text")
        )
        texts = [text for text, _ in rows[: max(RANKS) + 1]]
        return [texts[rank] for rank in RANKS if rank < len(texts)]

    def deep_cursor(self, text: str) -> str:
        """Where page 1,000 of all wells begins, or the middle if there are fewer."""
        carriers = Carrier.objects.filter(scope__any=self.viewer.scopes, kind="plate")
        ordered = carriers.order_by("scope", "pk").values_list("scope", "pk", "positions")
        first = ordered[0]
        number = min(DEEP * PAGE // first[2], carriers.count() // 2)
        scope, carrier, _ = ordered[number]
        return Cursor((scope, carrier, 0), backwards=False).signed(f"{WELLS}?{text}")


def load_for(user: User) -> Load:
    """The requests that somebody makes."""
    return {name: list(paths) for name, paths in requests_of(Seen(Viewer(user)))}


def requests_of(seen: Seen) -> Iterator[tuple[str, list[str]]]:
    """Each kind of request with its draws."""
    genes, compounds, cells, shown = (
        seen.values(key) for key in ("gene", "compound", "cell_line", "phenotype")
    )
    # Whatever is rare in one list meets what is common in the other.
    pairs = list(zip(compounds, [*cells, *cells], strict=False))
    yield "gene", [wells(f"gene:{gene}") for gene in genes]
    yield (
        "compound and cell line",
        [wells(f"compound:{compound} cell_line:{cell}") for compound, cell in pairs],
    )
    yield "compound prefix", [wells(f"compound:{compound[:7]}*") for compound in compounds]
    yield (
        "compound and doses",
        [wells(f"compound:{compound} concentration:100nM..10uM") for compound in compounds],
    )
    yield "doses", [wells(f"concentration:>={dose}uM") for dose in ("0.01", "1", "100")]
    yield (
        "channel and pixel size",
        [wells(f"channel:{stain} pixel_size:<0.4") for stain in ("DAPI", "Cy3", "Cy5")],
    )
    yield "free word", [wells(word) for word in ("kinase", "inhibitor", "oxidase", "recep*")]
    yield "no compound", [wells("compound:none"), wells("-compound:*")]
    yield "page 1,000", [wells("", cursor=seen.deep_cursor(""))]
    counted = [f"cell_line:{cell} phenotype:{one}" for cell, one in zip(cells, shown, strict=False)]
    yield "count", [wells(text, limit="1") for text in counted]
    begun = [("compound", compound[:6]) for compound in compounds]
    begun += [("gene", gene[:6]) for gene in genes]
    yield "autocomplete", [asking(TERMS, key=key, prefix=prefix) for key, prefix in begun]
    yield "facets, no filter", [facets("")]
    yield "facets, one filter", [facets(f"cell_line:{cell}") for cell in cells]
    yield "facets, two filters", [facets(text) for text in counted]


def wells(text: str, **more: str) -> str:
    """A search for wells."""
    return asking(WELLS, q=text, **more)


def facets(text: str) -> str:
    """Facets of five keys."""
    return asking(FACETS, q=text, keys=FACET_KEYS)


def asking(path: str, **told: str) -> str:
    """A path with its parameters."""
    return f"{path}?{urlencode(told)}"
