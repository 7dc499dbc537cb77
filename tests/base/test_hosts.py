"""Which hosts and addresses there are, and how they are spelt."""

from ipaddress import ip_address

import pytest

from base.hosts import is_name, is_public, literal, names
from base.outgoing import read
from base.settings import Settings


@pytest.mark.parametrize(
    "address",
    [
        "https://updates.push.services.mozilla.com/wpush/v2/gAAAAABk_-x",
        "https://fcm.googleapis.com/fcm/send/abc:APA91b-_",
        "https://wns2-par02p.notify.windows.com/w/?token=BQYAAAC%2fk%2b-_=&x",
        "https://web.push.apple.com/QK~a@b",
        "https://web.push.apple.com:443/QK",
    ],
)
def test_the_addresses_that_browsers_give_are_read(address: str) -> None:
    assert read(address).port == 443


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("17.57.12.11", True),
        ("2a01:b740::1", True),
        ("64:ff9b::1139:c0b", True),
        ("127.0.0.1", False),
        ("10.0.0.1", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("224.0.0.1", False),
        ("::ffff:17.57.12.11", False),
        ("64:ff9b::a00:1", False),
        ("2002:1139:c0b::1", False),
        ("2001:db8::1", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("ff0e::1", False),
        ("::", False),
        ("64:ff9b:1::1139:c0b", False),
        ("2001::1", False),
        ("3fff::1", False),
        ("240.0.0.1", False),
        ("192.88.99.1", False),
    ],
)
def test_an_address_is_public_or_it_is_not(address: str, public: bool) -> None:
    assert is_public(ip_address(address)) is public


def test_what_a_parser_takes_for_a_number_is_no_name() -> None:
    assert [
        each for each in ("1.2.3", "0x7f.1", "a.0x", "a.1", "a..b", "a.", "-a.no", "a_b.no", "æ.no") if is_name(each)
    ] == []
    assert is_name("r3---sn-abc.example.no")
    assert literal("127.1") is None
    assert literal("::1") is None, "in a URL it stands in brackets"


def test_a_misspelt_host_is_refused_at_the_start_with_the_settings_name() -> None:
    said = {"allowed_hosts": "broker.example.no:8883, 10.0.0.5,[fd00::1]:443", "webpush_hosts": "*.example.org"}
    good = Settings.model_validate(said)
    assert good.hosts_in_private_networks.allow("broker.example.no", 8883)
    assert not good.hosts_in_private_networks.allow("broker.example.no", 443)
    assert good.hosts_in_private_networks.allow("10.0.0.5", 443)
    assert names("*.example.org, push.example.no") == ("*.example.org", "push.example.no")
    for name, wrong in (
        ("allowed_hosts", "https://a.no"),
        ("allowed_hosts", "*.example.no"),
        ("allowed_hosts", "a.no:99999"),
        ("allowed_hosts", "10.1"),
        ("webpush_hosts", "*"),
        ("webpush_hosts", "*.no"),
        ("webpush_hosts", "10.0.0.1"),
    ):
        with pytest.raises(ValueError, match=f"MEDVIRK_{name.upper()}"):
            Settings.model_validate({name: wrong})
