"""The link that opens what a query finds in BioFile Finder, where everybody may read it."""

from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from catalog.links.tables import FORM, table_link
from catalog.links.targets import Address


def finder_link(request: HttpRequest, query: str, title: str) -> str:
    """The link of the fields that a query finds; empty where its pages cannot read from here.

    Only for queries of which everything is public: BioFile Finder asks as nobody.
    """
    place = request.build_absolute_uri(reverse(f"api:export-wells-{FORM}"))
    url = f"{place}?{urlencode({'q': query, 'rows': 'fields'})}"
    return table_link(Address(url, is_ours=True), title)
