"""A statement is confirmed by a link in a letter: that whoever gave it reads the address that they gave with it.

The address lies sealed under a key outside the database from when it was given until the letter has gone; the hash of
the link's token until it has been used or its time is over. Neither is shown to anybody.
"""

import hmac
from collections.abc import Sequence
from datetime import timedelta
from secrets import token_bytes
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from base import base64url, tokens
from base import keys as key_store
from base.clock import now
from base.database import Work
from base.database import work as open_work
from base.errors import NotFound
from base.jobs import system
from base.keys import KeyStore
from base.localized import pick
from base.mail import Letter, LetterRefused, Post
from base.queries import load_queries
from base.translation import translate
from municipality.directory import town
from surveys.hearings.hearings import read
from surveys.hearings.models import StatementAddress

sql = load_queries(__file__)

KIND = "mvc"
GOOD_FOR = timedelta(days=7)
_SEAL, _LINK = "statements/addresses", "statements/links"


class NothingToConfirm(NotFound):
    """This link has been used, or its time is over."""


def _token(keys: KeyStore, municipality: UUID, row: UUID) -> str:
    """The same for the same row, so that a letter that is sent again has the same link."""
    secret = hmac.digest(key_store.make(keys, _LINK), row.bytes, "sha256")
    claim, proof = (base64url.encode(part) for part in (municipality.bytes, secret))
    return f"{KIND}_{claim}.{proof}"


async def ask(work: Work, statement: UUID, address: str, language: str, keys: KeyStore) -> None:
    """Have a letter sent to the address that came with a statement, once this transaction is committed."""
    row, nonce = uuid4(), token_bytes(12)
    sealed = nonce + AESGCM(key_store.make(keys, _SEAL)).encrypt(nonce, address.encode(), row.bytes)
    await StatementAddress.create(
        id=row,
        statement_id=statement,
        sealed=sealed,
        token_hash=tokens.digest(_token(keys, work.municipality, row)),
        expires_at=now() + GOOD_FOR,
    )
    await work.enqueue("surveys.confirm", {"address": str(row), "language": language})


async def send(
    municipality: UUID, row: UUID, languages: Sequence[str], keys: KeyStore, *, post: Post, origin: str
) -> None:
    """Send one letter, and forget its address. Raises PostIsAway: to be tried again."""
    async with open_work(system(municipality)) as work:
        found = await work.fetchrow(sql.letter_to_confirm, id=row, at=now())
        if found is None:
            return
        title = pick((await read(found["hearing_id"])).written["title"], languages)[0]
        name = pick((await town(work)).name, languages)[0]
    nonce, closed = found["sealed"][:12], found["sealed"][12:]
    address = AESGCM(key_store.make(keys, _SEAL)).decrypt(nonce, closed, row.bytes).decode()
    link = f"{origin}/confirm/{_token(keys, municipality, row)}"
    letter = Letter(
        address,
        translate("Confirm your statement", languages),
        "\n\n".join(
            (
                translate(
                    "Somebody gave a statement to {town} with this address, in the hearing:", languages, town=name
                ),
                title,
                translate("If it was you, confirm it within seven days:", languages),
                link,
                translate(
                    "If it was not you, you need do nothing. This address has been forgotten already.", languages
                ),
            )
        )
        + "\n",
    )
    try:
        await post.send(letter)
    except LetterRefused:
        await _forget(municipality, row)
        return
    async with open_work(system(municipality)):
        await StatementAddress.filter(id=row).update(sent=True, sealed=b"")


async def _forget(municipality: UUID, row: UUID) -> None:
    async with open_work(system(municipality)):
        await StatementAddress.filter(id=row).delete()


async def is_good(token: str) -> bool:
    """Whether a link could be used now; it is not."""
    return await StatementAddress.exists(token_hash=tokens.digest(token), expires_at__gt=now())


async def confirm(work: Work, token: str) -> None:
    """Use a link, once. Raises NothingToConfirm."""
    confirmed = await work.execute(sql.confirm_statement, token_hash=tokens.digest(token), at=now())
    if not confirmed:
        raise NothingToConfirm()
