"""Base64url (RFC 4648 §5): bytes as text that may stand in addresses, headers and JSON."""

from base64 import b64decode, urlsafe_b64encode


def encode(data: bytes) -> str:
    """Without padding, as in JWS and links."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def encode_padded(data: bytes) -> str:
    """With padding to a multiple of four characters, as RFC 9577 has it."""
    return urlsafe_b64encode(data).decode()


def decode(text: str) -> bytes:
    """The bytes of a text with or without padding; ValueError where it has any other character, or is cut off."""
    text = text.rstrip("=")
    return b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
