import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plates.omezarr.hosts import NotPlain, ascii_place, server_of


@pytest.mark.parametrize(
    ("place", "reached"),
    [
        ("Example.ORG", "example.org:443"),
        ("example.org.", "example.org:443"),
        ("example.org:443", "example.org:443"),
        ("example.org:", "example.org:443"),
        ("example.org:8443", "example.org:8443"),
        ("minio_1", "minio_1:443"),
        ("bücher.example", "xn--bcher-kva.example:443"),
        ("BÜCHER。example:80", "xn--bcher-kva.example:80"),
        ("①②⑦.0.0.1", "127.0.0.1:443"),
        ("127.0.0.1:80", "127.0.0.1:80"),
        ("127.0.0.1.", "127.0.0.1:443"),
        ("[::1]:80", "::1:80"),
        ("[0:0::0:1]", "::1:443"),
        ("[::FFFF:127.0.0.1]", "::ffff:7f00:1:443"),
    ],
)
def test_a_server_has_one_spelling(place: str, reached: str) -> None:
    assert server_of(place).with_port("https") == reached


@pytest.mark.parametrize(
    "place",
    [
        "",
        ".",
        "a..b",
        "good@evil",
        "good\\@evil",
        "good%40evil",
        "%31%32%37.0.0.1",
        "evil\\.good.org",
        "evil/good",
        "evil?good",
        "a b",
        "a\tb",
        "-a",
        "a" * 64,
        ".".join(["a" * 60] * 5),
        "é" * 70,
        "h:99999",
        "h:0",
        "h:80:80",
        "h:\uff18\uff10",
        "::1",
        "[::1",
        "[127.0.0.1]",
        "[fe80::1%25eth0]",
        "[fe80::1%1]",
        # Each of these is 127.0.0.1 to some client.
        "2130706433",
        "017700000001",
        "0x7f000001",
        "0x7f.0.0.1",
        "0177.0.0.1",
        "127.1",
        "127.0.0.01",
        "127.0.0.0x1",
    ],
)
def test_a_place_that_clients_might_read_differently_names_no_server(place: str) -> None:
    with pytest.raises(NotPlain):
        server_of(place)


@given(st.text(alphabet="0123456789abcdefx.", min_size=1, max_size=20))
def test_what_the_system_takes_for_an_ipv4_address_is_known_as_that_one(text: str) -> None:
    try:
        number = socket.inet_aton(text)
        server = server_of(text)
    except (OSError, NotPlain):
        return
    assert server.ip is not None
    assert server.ip.packed == number


@given(st.text(max_size=20))
def test_any_place_is_a_server_of_harmless_letters_or_none(place: str) -> None:
    try:
        server = server_of(place)
    except NotPlain:
        return
    assert set(server.name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_.:")
    spelt = f"[{server.name}]" if ":" in server.name else server.name
    assert server_of(spelt).name == server.name


def test_a_port_stays_with_a_name_in_other_letters() -> None:
    assert ascii_place("bücher.みんな:80") == "xn--bcher-kva.xn--q9jyb4c:80"
