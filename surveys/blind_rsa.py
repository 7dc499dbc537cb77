"""Blind RSA signatures: the town signs a ballot without seeing it.

The signer's half of RFC 9474 (RSABSSA-SHA384-PSS-Deterministic), the key format that RFC 9578 asks for, and the
check of a finished signature. The signer never learns what it signed, so nothing here knows of surveys or residents.
"""

import asyncio
import os
import secrets
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache, lru_cache

import gmpy2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

MODULUS_BITS = 2048
SIGNATURE_BYTES = MODULUS_BITS // 8
SALT_BYTES = 48

_NICE = 10
_PSS = padding.PSS(mgf=padding.MGF1(hashes.SHA384()), salt_length=SALT_BYTES)
# SubjectPublicKeyInfo with id-RSASSA-PSS, SHA-384, MGF1 with SHA-384 and a salt of 48 bytes (RFC 9578 §6.5).
_PSS_ALGORITHM = bytes.fromhex(
    "303d06092a864886f70d01010a3030a00d300b0609608648016503040202a11a301806092a864886f70d010108300b0609608648016503"
    "040202a203020130"
)


class BlindedMessageOutOfRange(ValueError):
    """The blinded message is not a number below the key's modulus."""


class SigningFault(RuntimeError):
    """A signature did not check out against its own key; handing it out could give the key away."""


def new_private_key() -> bytes:
    """A fresh private key as PKCS#8 DER. Takes a tenth of a second or so: call it off the event loop."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=MODULUS_BITS)
    return key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key made ready for signing; its repr shows nothing of it."""

    n: gmpy2.mpz = field(repr=False)
    e: gmpy2.mpz = field(repr=False)
    p: gmpy2.mpz = field(repr=False)
    q: gmpy2.mpz = field(repr=False)
    d_p: gmpy2.mpz = field(repr=False)
    d_q: gmpy2.mpz = field(repr=False)
    q_inverse: gmpy2.mpz = field(repr=False)

    @property
    def size(self) -> int:
        """How many bytes a signature has."""
        return (int(self.n.bit_length()) + 7) // 8


def signer(p: int, q: int, e: int, d: int) -> Signer:
    """A signer from the numbers of a private key."""
    prime_p, prime_q = gmpy2.mpz(p), gmpy2.mpz(q)
    return Signer(
        n=prime_p * prime_q,
        e=gmpy2.mpz(e),
        p=prime_p,
        q=prime_q,
        d_p=gmpy2.mpz(d % (p - 1)),
        d_q=gmpy2.mpz(d % (q - 1)),
        q_inverse=gmpy2.invert(prime_q, prime_p),
    )


def load_signer(private_key: bytes) -> Signer:
    """The signer of a private key in PKCS#8 DER; one that this house made, so its primes are not tested again."""
    key = serialization.load_der_private_key(private_key, None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("not an RSA key")
    numbers = key.private_numbers()
    return signer(numbers.p, numbers.q, numbers.public_numbers.e, numbers.d)


def token_key(private_key: bytes) -> bytes:
    """The public half as RFC 9578 publishes it: SubjectPublicKeyInfo with id-RSASSA-PSS, DER."""
    key = serialization.load_der_private_key(private_key, None, unsafe_skip_rsa_key_validation=True)
    bare = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.PKCS1)
    return _der(0x30, _PSS_ALGORITHM + _der(0x03, b"\x00" + bare))


def blind_sign(key: Signer, blinded: bytes) -> bytes:
    """BlindSign (RFC 9474 §4.3): sign a blinded message.

    In constant time for the secret exponents, on a base blinded once more by us (so that its timing says nothing of
    what the client chose), by the Chinese remainder theorem, and checked before it leaves (a fault in one half would
    give a factor away). Raises BlindedMessageOutOfRange.
    """
    if len(blinded) != key.size:
        raise BlindedMessageOutOfRange()
    message = gmpy2.mpz.from_bytes(blinded, "big")
    if message >= key.n:
        raise BlindedMessageOutOfRange()
    with gmpy2.context(gmpy2.get_context(), allow_release_gil=True):
        mask = gmpy2.mpz(secrets.randbelow(int(key.n) - 2) + 2)
        unmask = gmpy2.invert(mask, key.n)
        base = message * gmpy2.powmod(mask, key.e, key.n) % key.n
        half_p = gmpy2.powmod_sec(base % key.p, key.d_p, key.p)
        half_q = gmpy2.powmod_sec(base % key.q, key.d_q, key.q)
        signed = (half_q + key.q * ((half_p - half_q) * key.q_inverse % key.p)) * unmask % key.n
        if gmpy2.powmod(signed, key.e, key.n) != message:
            raise SigningFault()
    return int(signed).to_bytes(key.size, "big")


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="signing", initializer=_after_others)


def _after_others() -> None:
    """Whoever is being served comes first: on Linux a thread is niced by itself, elsewhere this is left alone."""
    with suppress(OSError):
        if sys.platform == "linux":
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)


async def off_loop(key: Signer, blinded: bytes) -> bytes:
    """`blind_sign` in a thread of its own that lets go of the interpreter, so that others are served meanwhile."""
    return await asyncio.get_running_loop().run_in_executor(_threads(), blind_sign, key, blinded)


@lru_cache(maxsize=1024)
def _public(spki: bytes) -> rsa.RSAPublicKey:
    key = serialization.load_der_public_key(spki)
    if not isinstance(key, rsa.RSAPublicKey):
        raise TypeError("not an RSA key")
    return key


def verifies(spki: bytes, message: bytes, signature: bytes) -> bool:
    """Whether a finished signature is the key's on the message (RSASSA-PSS-VERIFY, RFC 8017 §8.1.2)."""
    try:
        _public(spki).verify(signature, message, _PSS, hashes.SHA384())
    except InvalidSignature:
        return False
    return True


def _der(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content
