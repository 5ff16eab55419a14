"""Which network addresses belong to the public internet.

A list of our own rather than `ipaddress.is_global`, whose answers changed between releases of Python (CVE-2024-4032)
and which takes multicast for global.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

# IANA IPv4 Special-Purpose Address Registry (RFC 6890 and later), and what is not unicast.
NOT_PUBLIC_V4 = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",  # this network (RFC 791)
        "10.0.0.0/8",  # private (RFC 1918)
        "100.64.0.0/10",  # carrier-grade NAT (RFC 6598); one cloud's metadata service
        "127.0.0.0/8",  # loopback (RFC 1122)
        "168.63.129.16/32",  # one cloud's host agent, reachable from inside it only
        "169.254.0.0/16",  # link-local (RFC 3927); most clouds' metadata service
        "172.16.0.0/12",  # private (RFC 1918)
        "192.0.0.0/24",  # protocol assignments (RFC 6890); one cloud's metadata service
        "192.0.2.0/24",  # documentation (RFC 5737)
        "192.88.99.0/24",  # 6to4 relays, deprecated (RFC 7526)
        "192.168.0.0/16",  # private (RFC 1918)
        "198.18.0.0/15",  # benchmarks (RFC 2544)
        "198.51.100.0/24",  # documentation (RFC 5737)
        "203.0.113.0/24",  # documentation (RFC 5737)
        "224.0.0.0/4",  # multicast (RFC 5771)
        "240.0.0.0/4",  # reserved (RFC 1112), broadcast (RFC 919)
    )
)

# Global unicast is 2000::/3 (RFC 4291) and no more. Outside it lie loopback, ::ffff:0:0/96 (IPv4-mapped), 64:ff9b::/96
# (NAT64), fc00::/7 (private), fe80::/10 (link-local), ff00::/8 (multicast).
GLOBAL_UNICAST_V6 = IPv6Network("2000::/3")
NOT_PUBLIC_V6 = tuple(
    IPv6Network(text)
    for text in (
        "2001::/23",  # protocol assignments (RFC 2928): Teredo, benchmarks, ORCHID
        "2001:db8::/32",  # documentation (RFC 3849)
        "2002::/16",  # 6to4 (RFC 3056): carries any IPv4 address
        "3fff::/20",  # documentation (RFC 9637)
    )
)


def is_public(address: str) -> bool:
    """Return whether an address, as text, is one of the public internet. Text that is no address is not."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return _is_public_v4(parsed) if isinstance(parsed, IPv4Address) else _is_public_v6(parsed)


def _is_public_v4(address: IPv4Address) -> bool:
    return not any(address in network for network in NOT_PUBLIC_V4)


def _is_public_v6(address: IPv6Address) -> bool:
    if address.scope_id is not None or address not in GLOBAL_UNICAST_V6:
        return False
    return not any(address in network for network in NOT_PUBLIC_V6)
