"""Which addresses are public, against the standard library's view and by hand."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.http.addresses import NOT_PUBLIC_V4, NOT_PUBLIC_V6, is_public

addresses = st.ip_addresses()
networks: list[IPv4Network | IPv6Network] = [*NOT_PUBLIC_V4, *NOT_PUBLIC_V6]
near_the_borders = st.sampled_from(networks).flatmap(
    lambda network: st.sampled_from([network.network_address, network.broadcast_address])
)


@given(addresses | near_the_borders)
@settings(deadline=None)
def test_a_public_address_is_global_unicast_to_the_standard_library_too(
    address: IPv4Address | IPv6Address,
) -> None:
    if is_public(str(address)):
        assert address.is_global
        assert not address.is_multicast
        assert not address.is_loopback
        assert not address.is_link_local


@given(st.ip_addresses(v=4))
@settings(deadline=None)
def test_no_ipv6_address_carries_an_ipv4_address_past_the_check(inner: IPv4Address) -> None:
    number = int(inner)
    for carrier in (
        IPv6Address((0xFFFF << 32) | number),  # mapped
        IPv6Address(number),  # compatible
        IPv6Address((0x64FF9B << 96) | number),  # NAT64
        IPv6Address((0x64FF9B0001 << 80) | number),  # NAT64, local use
        IPv6Address((0x2002 << 112) | (number << 80)),  # 6to4
        IPv6Address((0x20010000 << 96) | (number ^ 0xFFFFFFFF)),  # Teredo
    ):
        assert not is_public(str(carrier))


@given(st.sampled_from(networks), st.integers(0))
@settings(deadline=None)
def test_no_address_of_a_listed_network_is_public(network: IPv4Network | IPv6Network, number: int) -> None:
    assert not is_public(str(network[number % network.num_addresses]))


@given(st.text())
@settings(deadline=None)
def test_text_that_is_no_address_is_not_public(text: str) -> None:
    if is_public(text):
        ip_address(text)


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "8.8.8.8", "172.15.0.1", "172.32.0.1", "2606:4700::1111", "2a00:1450::1"]
)
def test_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "169.254.169.254",
        "100.100.100.200",
        "168.63.129.16",
        "192.0.0.192",
        "0.0.0.0",
        "255.255.255.255",
        "224.0.0.1",
        "::1",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "2606:4700::1111%eth0",
        "fd00:ec2::254",
        "ff02::1",
        "::ffff:8.8.8.8",
        "fec0::1",
    ],
)
def test_not_public(address: str) -> None:
    assert not is_public(address)
