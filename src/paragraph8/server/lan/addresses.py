"""This machine's addresses in private networks, read from the system.

Nothing is asked of a name server or another machine, so the answer is the same without a network.
In a container these are the container's addresses: give those of the machine around it by hand.
"""

import re
import socket
from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path

from paragraph8.server.lan.certificates import Address

PRIVATE: tuple[IPv4Network | IPv6Network, ...] = tuple(
    ip_network(text)
    for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "fc00::/7")
)
FIB_TRIE, IF_INET6 = Path("/proc/net/fib_trie"), Path("/proc/net/if_inet6")
# Changes every day where privacy extensions are on: a certificate for it would, too.
TEMPORARY = 0x01
# One in each private network: the system says from which address it would send.
TARGETS = ("10.255.255.254", "172.31.255.254", "192.168.255.254", "fd00::1")


def private_addresses() -> tuple[Address, ...]:
    """The addresses at which machines of the same network reach this one, sorted, each once.

    Without IPv6 link-local addresses, which a browser cannot open, and temporary ones.
    """
    found = set(_listed() if FIB_TRIE.is_file() else _asked())
    return tuple(sorted(filter(is_private, found), key=lambda a: (a.version, int(a))))


def is_private(address: Address) -> bool:
    """Whether the address belongs to a network that no router of the internet forwards to."""
    return any(address in network for network in PRIVATE)


def ipv4_of(fib_trie: str) -> tuple[Address, ...]:
    """The machine's own IPv4 addresses in the text of /proc/net/fib_trie."""
    return _parsed(re.findall(r"\|-- (\S+)\n\s+/32 host LOCAL", fib_trie))


def ipv6_of(if_inet6: str) -> tuple[Address, ...]:
    """The machine's own lasting IPv6 addresses in the text of /proc/net/if_inet6."""
    lines = [line.split() for line in if_inet6.splitlines()]
    lasting = [line[0] for line in lines if not int(line[4], 16) & TEMPORARY]
    return _parsed(":".join(re.findall("....", digits)) for digits in lasting)


def _listed() -> tuple[Address, ...]:
    ipv6 = IF_INET6.read_text() if IF_INET6.is_file() else ""
    return ipv4_of(FIB_TRIE.read_text()) + ipv6_of(ipv6)


def _asked() -> tuple[Address, ...]:
    """For systems without /proc. Connecting a UDP socket chooses an address and sends nothing."""
    found = []
    for target in TARGETS:
        family = socket.AF_INET6 if ":" in target else socket.AF_INET
        with socket.socket(family, socket.SOCK_DGRAM) as one:
            try:
                one.connect((target, 9))
            except OSError:  # there is no way into that network
                continue
            found.append(one.getsockname()[0])
    return _parsed(found)


def _parsed(texts: Iterable[str]) -> tuple[Address, ...]:
    return tuple(ip_address(text) for text in texts)
