"""Where the sandbox's second door is: on this machine unless somebody says otherwise, and always where they say."""

import argparse
import socket

import aiohttp
import pytest

from agent.sandbox.launch import launched
from agent.sandbox.places import LOOPBACK, Place


@pytest.mark.parametrize(
    ("text", "host", "url"),
    [
        ("127.0.0.1:8081", "127.0.0.1", "http://127.0.0.1:8081"),
        ("0.0.0.0:8081", "0.0.0.0", "http://127.0.0.1:8081"),  # noqa: S104 - read, not bound to
        ("[::]:8081", "::", "http://[::1]:8081"),
        ("sandbox:8081", "sandbox", "http://sandbox:8081"),
    ],
)
def test_a_place_is_read_and_leads_to_an_address_that_answers(text: str, host: str, url: str) -> None:
    place = Place.parse(text)

    assert (place, str(place), place.url) == (Place(host, 8081), text, url)


@pytest.mark.parametrize(
    "text", ["", "8081", ":8081", "::1:8081", "host:", "host:0", "host:65536", "host:-1", "host:²"]
)
def test_what_is_no_place_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="is not HOST:PORT"):
        Place.parse(text)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


async def test_the_control_answers_where_it_is_told_to_and_the_bot_s_door_does_not_move() -> None:
    port = free_port()
    async with launched("--control", f"0.0.0.0:{port}") as url, aiohttp.ClientSession() as session:
        async with session.get(f"http://127.0.0.2:{port}/sim/state") as answer:  # reached from beyond 127.0.0.1
            urls = (await answer.json())["urls"]
        with pytest.raises(aiohttp.ClientConnectorError):
            await session.get(url.replace(LOOPBACK, "127.0.0.2"))

    assert urls == {"base": url, "control": f"http://127.0.0.1:{port}"}


async def test_nothing_answers_beyond_loopback_unless_it_is_asked_for() -> None:
    async with launched() as url, aiohttp.ClientSession() as session:
        async with session.get(f"{url}/sim/state") as answer:
            urls = (await answer.json())["urls"]
        for each in urls.values():
            with pytest.raises(aiohttp.ClientConnectorError):
                await session.get(f"{each.replace(LOOPBACK, '127.0.0.2')}/sim/state")


async def test_a_port_that_is_taken_is_said() -> None:
    with socket.socket() as other:
        other.bind((LOOPBACK, 0))
        other.listen()
        with pytest.raises(OSError, match="address already in use"):
            async with launched("--control", f"{LOOPBACK}:{other.getsockname()[1]}"):
                pass
