"""Where a web client finds what lies in S3: signed where that takes credentials, plain where not."""

from datetime import timedelta
from typing import Final, Literal, TypeAlias
from urllib.parse import quote

import obstore
from obstore.exceptions import BaseError

from plates.omezarr.addressing import WEB, RootUrl
from plates.omezarr.admission import admit
from plates.omezarr.errors import StoreUnreachable
from plates.omezarr.options import StoreOptions
from plates.omezarr.transport_objects import s3_client
from plates.omezarr.web_client import on_the_wire

Method: TypeAlias = Literal["GET", "HEAD"]
LONGEST_SIGNED_S: Final = 7 * 24 * 3600
"""No S3 service lets a signature count for longer. AWS Signature Version 4, query parameters."""
_FIRST_REGION: Final = "us-east-1"
IN_PATH: Final = "/:@,=+-._~"
"""What stands in the path of a URL as it is."""


class WebUrls:
    """Where the objects of a store behind http(s) or in S3 are found by who has only the web.

    AddressRefused if the guard of the options says no; StoreUnreachable if no client can be made.
    """

    def __init__(self, root: RootUrl, options: StoreOptions) -> None:
        admit(root, options)
        self.is_signed = root.scheme == "s3" and not options.is_anonymous
        self._root = root
        self._client = s3_client(root, options) if self.is_signed else None
        self._plain = "" if self.is_signed else public_url(root, options) or ""

    def of(self, path: str, *, method: Method = "GET", lasting_s: float) -> str:
        """The URL of an object, which counts for so many seconds if it is signed."""
        if self._client is None:
            return f"{self._plain}/{quote(path, safe=IN_PATH)}" if path else self._plain
        lasting = timedelta(seconds=min(lasting_s, LONGEST_SIGNED_S))
        try:
            return str(obstore.sign(self._client, method, path, lasting))
        except (BaseError, OSError, ValueError) as error:
            raise StoreUnreachable(
                f"No URL of {self._root.shown} can be signed: its credentials cannot be had."
            ) from error


def public_url(root: RootUrl, options: StoreOptions) -> str | None:
    """The web address of a store that anybody may read; None where there is none.

    S3 as its services spell it: the bucket in the path of an endpoint, in the name of Amazon's.
    """
    if root.scheme in WEB:
        before, _ = on_the_wire(root)
        return before
    if root.scheme != "s3" or not options.is_anonymous:
        return None
    path = quote(root.path, safe=IN_PATH)
    if options.endpoint is not None:
        return f"{options.endpoint.rstrip('/')}/{root.place}/{path}".rstrip("/")
    host = f"s3.{options.region or _FIRST_REGION}.amazonaws.com"
    # A certificate for one name below does not hold for a bucket with dots.
    place = f"{host}/{root.place}" if "." in root.place else f"{root.place}.{host}"
    return f"https://{place}/{path}".rstrip("/")
