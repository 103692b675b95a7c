"""Tells clients of the HTTP API apart by their addresses, also behind a reverse proxy."""

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

# A client with IPv6 has at least a /64 network, and may send from any address in it.
ONE_CLIENT_PREFIX = 64
ADDRESSES_REMEMBERED = 4096


class Clients:
    """Knows which networks are the operator's own."""

    def __init__(self, trusted: Sequence[Network]) -> None:
        self._trusted = trusted
        self._read = lru_cache(ADDRESSES_REMEMBERED)(self._look)

    def name(self, peer: str, forwarded_for: Sequence[str]) -> str | None:
        """Name who asks; None for a part of the product itself, whom nobody sent here.

        `forwarded_for` holds the X-Forwarded-For headers. They are read from their end, where each
        proxy has written whom it heard: what stands before the first stranger anybody can write.
        """
        client, is_trusted = self._read(peer)
        if is_trusted and not forwarded_for:
            return None
        hops = ",".join(forwarded_for).split(",")
        while is_trusted and hops:
            try:
                client, is_trusted = self._read(hops.pop().strip())
            except ValueError:  # "unknown", or words: the proxy that passed them on is the client
                break
        return client

    def _look(self, text: str) -> tuple[str, bool]:
        """Give a client's name and whether it is trusted; raises ValueError for no address."""
        address = _address(text)
        is_trusted = any(address in network for network in self._trusted)
        if address.version == 4:  # noqa: PLR2004 - IP's own number
            return str(address), is_trusted
        network = ip_network((int(address), ONE_CLIENT_PREFIX), strict=False)
        return str(network), is_trusted


def _address(text: str) -> Address:
    """Read an address, with the port that some proxies write behind it."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    address = ip_address(text)
    if isinstance(address, IPv6Address):
        return address.ipv4_mapped or address
    return address
