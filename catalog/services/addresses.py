from catalog.errors import NotUnderstood
from catalog.services.opening import guard_from_settings
from plates.omezarr.addressing import RootUrl
from plates.omezarr.errors import AddressRefused, UnsupportedScheme


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


def allowed_address(url: str, *, parameter: str) -> str:
    """An address in its one spelling, if the operator allows what lies there to be read.

    NotUnderstood otherwise; what a name leads to is looked at when it is dialled.
    """
    try:
        address = address_of(url)
        guard_from_settings().admit(RootUrl.parse(address))
    except (AddressRefused, UnsupportedScheme) as refusal:
        raise NotUnderstood(parameter, str(refusal)) from refusal
    return address
