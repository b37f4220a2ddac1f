"""The fastest client known here: libcurl's own loop over paths that are known, with no reader at all.

`URL FILE N`: the documents that a file lists, N requests at once, whole bodies taken and let go.
"""

import json
import sys
import time
from pathlib import Path

import pycurl

_LONGEST_WAIT_S = 0.1


def fetch_all(urls: list[str], concurrency: int) -> int:
    """Fetch all, and count those that are there."""
    multi = pycurl.CurlMulti()
    multi.setopt(pycurl.M_MAXCONNECTS, concurrency)
    waiting = iter(urls)
    handles = [handle() for _ in range(min(concurrency, len(urls)))]
    under_way = sum(begin(multi, curl, next(waiting, None)) for curl in handles)
    found = 0
    while under_way:
        multi.perform()
        left = 1
        while left:
            left, done, failed = multi.info_read()
            assert not failed, failed
            for curl in done:
                found += curl.getinfo(pycurl.RESPONSE_CODE) == 200
                multi.remove_handle(curl)
                under_way += begin(multi, curl, next(waiting, None)) - 1
        multi.select(_LONGEST_WAIT_S)
    return found


def handle() -> pycurl.Curl:
    """One request after the other."""
    curl = pycurl.Curl()
    curl.setopt(pycurl.WRITEFUNCTION, len)
    return curl


def begin(multi: pycurl.CurlMulti, curl: pycurl.Curl, url: str | None) -> int:
    """Ask for a URL; how many requests that is."""
    if url is None:
        return 0
    curl.setopt(pycurl.URL, url)
    multi.add_handle(curl)
    return 1


def main(url: str, paths: str, concurrency: str) -> None:
    """Measure and print what came of it."""
    urls = [f"{url}/{path}" for path in json.loads(Path(paths).read_text(encoding="utf-8"))]
    started = time.perf_counter()
    found = fetch_all(urls, int(concurrency))
    told = {"seconds": time.perf_counter() - started, "documents": found}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
