"""Folders behind http(s), where the server shows a page of links for a folder."""

from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import quote, unquote, urljoin, urlsplit

from plates.omezarr.errors import StoreNotFound
from plates.omezarr.folders import MAX_NAMES, FolderEntry, Identity, too_many_names
from plates.omezarr.patience import persistently
from plates.omezarr.transport_web import WebStore


class WebFolders(WebStore):
    """The folders below an address of a web server."""

    async def entries(self, path: str) -> list[FolderEntry]:
        """The names in a folder; StoreNotFound if the server makes no list of them."""
        page = await self.read(f"{path}/" if path else "")
        if page is None:
            raise StoreNotFound(f"There is nothing at {self.root.child(path)}, or no list of it.")
        parser = _LinksOfPage()
        parser.feed(page.decode("utf-8", "replace"))
        if len(parser.links) > MAX_NAMES:
            raise too_many_names(self.root.child(path))
        return list(_entries(parser.links, f"{self.root.child(quote(path))}/"))

    async def head(self, path: str, length: int) -> bytes | None:
        """So many bytes of the start of a document, None if there is none.

        Not asked for as a part, which many servers do not give: what is more is cut off.
        """
        return await persistently(
            lambda: self._head_once(path, length), retries=self._options.retries
        )

    async def _head_once(self, path: str, length: int) -> bytes | None:
        return self._body(await self._ask(self._url_of(path), path, at_most=length), path)

    async def identity(self, path: str) -> Identity | None:
        """None: a server does not tell which of its folders are the same."""
        return None


class _LinksOfPage(HTMLParser):
    """Collects where the links of a page lead."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take the target of a link."""
        self.links += [value for name, value in attrs if tag == "a" and name == "href" and value]


def _entries(links: list[str], base: str) -> Iterator[FolderEntry]:
    """What links lead directly below a folder; those that sort or lead elsewhere are left out."""
    folder = urlsplit(base)
    for link in links:
        try:
            target = urlsplit(urljoin(base, link))
        except ValueError:  # such as http://[
            continue
        if target.netloc == folder.netloc and target.path.startswith(folder.path):
            name = target.path.removeprefix(folder.path)
            yield FolderEntry(unquote(name.rstrip("/")), is_folder=name.endswith("/"))
