"""What tests of lists of addresses share: three addresses, and how lists of them are read."""

from plates.omezarr.url_lists import UrlList, read_url_list

A, B, C = (f"https://example.org/{name}.zarr" for name in "abc")


def read(text: str, encoding: str = "utf-8") -> UrlList:
    """The list that a text holds."""
    return read_url_list(text.encode(encoding))


def urls(text: str, encoding: str = "utf-8") -> list[str]:
    """The addresses of the stores that a text names."""
    return [one.url for one in read(text, encoding).entries]
