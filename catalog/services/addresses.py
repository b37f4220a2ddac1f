from catalog.errors import NotUnderstood
from plates.omezarr.addressing import RootUrl


def address_of(url: str) -> str:
    """The one spelling under which an address is kept: absolute, and without secrets."""
    root = RootUrl.parse(url)
    if root.userinfo or root.query:
        raise NotUnderstood(
            "url",
            f"The address {root.shown} comes with a user name, password or query string, which "
            "would be stored and shown. Give it without, and name credentials at a source.",
        )
    return root.shown
