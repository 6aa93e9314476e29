"""The addresses of a host, and which addresses are on the public web."""

import ipaddress
import socket
from collections.abc import Callable

Resolve = Callable[[str, int], list[str]]
"""Takes a host and a port, returns its IP addresses; raises OSError when it knows none."""

_NOT_PUBLIC = tuple(  # what Python's `is_global` lets through; the fourth is a host of Azure's own
    map(
        ipaddress.ip_network,
        ("192.0.0.0/24", "192.88.99.0/24", "240.0.0.0/4", "168.63.129.16/32", "2002::/16", "3fff::/20"),
    )
)
_PUBLIC_V6 = ipaddress.IPv6Network("2000::/3")  # all that is given out; not mapped, site-local and the like
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def resolve_host(host: str, port: int) -> list[str]:
    """Return the addresses of a host as the system knows them, the preferred one first."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[4][0]) for address in found]


def is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Tell whether an address is given out on the public web, and so may be fetched from."""
    if isinstance(address, ipaddress.IPv6Address):
        if address in _NAT64:
            return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        if address not in _PUBLIC_V6:
            return False
    return address.is_global and not address.is_multicast and not any(address in net for net in _NOT_PUBLIC)
