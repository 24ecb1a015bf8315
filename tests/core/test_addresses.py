"""Addresses that lead elsewhere than they seem to, or nowhere a reader can go."""

from __future__ import annotations

import pytest

from bot.core.addresses import has_user_info, is_local, leads_where_it_says


@pytest.mark.parametrize(
    "url",
    [
        *("https://bank.test@evil.test/", "http://a:b@evil.test", "HTTPS://bank.test%2F@evil.test/x"),
        *("https://@evil.test/", "https://bank.test\\@evil.test/"),
    ],
)
def test_a_name_before_the_host_is_seen(url: str) -> None:
    assert has_user_info(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://e.example/@somebody",
        "https://e.example?to=a@b.example",
        "https://e.example#@",
        "mailto:a@b.example",
    ],
)
def test_an_at_sign_behind_the_host_is_fine(url: str) -> None:
    assert not has_user_info(url)


@pytest.mark.parametrize(
    "host",
    [
        *("localhost", "LOCALHOST.", "news.localhost", "printer.local", "wiki.internal", "10.1.2.3"),
        *("192.168.0.1", "[::1]", "[fec0::1]", "[::127.0.0.1]", "[64:ff9b:1::7f00:1]", "[fe80::1%25eth0]"),
        # As browsers read numbers, though they look like nobody's address.
        *(
            "2130706433",
            "0x7f000001",
            "0X7F.1",
            "017700000001",
            "127.1",
            "10.0x10203",
            "0177.0.0.1",
            "3232235521.",
        ),
        *("１２７．０．０．１", "127。0。0。1", "0", "0x"),
    ],
)
def test_what_only_the_reader_s_own_network_has_is_seen(host: str) -> None:
    assert is_local(f"http://{host}:8080/x")


@pytest.mark.parametrize(
    "url",
    [
        "https://e.example/",
        "http://93.184.216.34/",
        "",
        "http://[",
        "mailto:a@localhost",
        "http://1572395042/",
        "http://127.1.example/",
        "http://256.1/",
        "http://08/",
    ],
)
def test_what_the_internet_has_is_none_of_it(url: str) -> None:
    assert not is_local(url)


@pytest.mark.parametrize(
    ("label", "url", "honest"),
    [
        ("http://¹", "http://%C2%B9", True),
        ("http://ｅ.example/x", "http://e.example/x", True),
        ("http://e.example", "http://%EF%BD%85.example", True),
        ("http://¹.example", "http://2.example", False),
    ],
)
def test_a_host_is_compared_as_a_browser_takes_it(label: str, url: str, honest: bool) -> None:
    assert leads_where_it_says(label, url) is honest
