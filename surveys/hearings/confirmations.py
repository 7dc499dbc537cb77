"""A statement is confirmed by a link in a letter: that whoever gave it reads the address that they gave with it.

The address lies sealed under a key outside the database from when it was given until the letter has gone; the hash of
the link's token until it has been used or its time is over. Neither is shown to anybody.
"""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from datetime import timedelta
from secrets import token_bytes
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from base import keys as key_store
from base import tokens
from base.clock import now
from base.database import Work
from base.database import work as open_work
from base.errors import NotFound
from base.jobs import system
from base.keys import KeyStore
from base.localized import pick
from base.mail import Letter, LetterRefused, Post
from base.wording import said
from municipality.directory import town
from surveys.hearings.hearings import read

KIND = "mvc"
GOOD_FOR = timedelta(days=7)
_SEAL, _LINK = "statements/addresses", "statements/links"


class NothingToConfirm(NotFound):
    """This link has been used, or its time is over."""


def _token(keys: KeyStore, municipality: UUID, row: UUID) -> str:
    """The same for the same row, so that a letter that is sent again has the same link."""
    secret = hmac.digest(key_store.make(keys, _LINK), row.bytes, "sha256")
    claim, proof = (urlsafe_b64encode(part).rstrip(b"=").decode() for part in (municipality.bytes, secret))
    return f"{KIND}_{claim}.{proof}"


async def ask(work: Work, statement: UUID, address: str, language: str, keys: KeyStore) -> None:
    """Have a letter sent to the address that came with a statement, once this transaction is committed."""
    row, nonce = uuid4(), token_bytes(12)
    sealed = nonce + AESGCM(key_store.make(keys, _SEAL)).encrypt(nonce, address.encode(), row.bytes)
    await work.execute(
        "insert into statement_address (id, municipality_id, statement_id, sealed, token_hash, expires_at) "
        "values ($1, $2, $3, $4, $5, $6)",
        row,
        work.municipality,
        statement,
        sealed,
        tokens.digest(_token(keys, work.municipality, row)),
        now() + GOOD_FOR,
    )
    await work.enqueue("surveys.confirm", {"address": str(row), "language": language})


async def send(
    municipality: UUID, row: UUID, languages: Sequence[str], keys: KeyStore, post: Post, origin: str
) -> None:
    """Send one letter, and forget its address. Raises PostIsAway: to be tried again."""
    async with open_work(system(municipality)) as work:
        found = await work.fetchrow(
            "select a.sealed, s.hearing_id from statement_address a join statement s on s.id = a.statement_id "
            "where a.id = $1 and not a.sent and a.expires_at > $2",
            row,
            now(),
        )
        if found is None:
            return
        title = pick((await read(work, found["hearing_id"])).written["title"], languages)[0]
        name = pick((await town(work)).name, languages)[0]
    nonce, closed = found["sealed"][:12], found["sealed"][12:]
    address = AESGCM(key_store.make(keys, _SEAL)).decrypt(nonce, closed, row.bytes).decode()
    link = f"{origin}/confirm/{_token(keys, municipality, row)}"
    letter = Letter(
        address,
        said("Confirm your statement", languages),
        "\n\n".join(
            (
                said("Somebody gave a statement to {town} with this address, in the hearing:", languages, town=name),
                title,
                said("If it was you, confirm it within seven days:", languages),
                link,
                said("If it was not you, you need do nothing. This address has been forgotten already.", languages),
            )
        )
        + "\n",
    )
    try:
        await post.send(letter)
    except LetterRefused:
        await _forget(municipality, row)
        return
    async with open_work(system(municipality)) as work:
        await work.execute("update statement_address set sent = true, sealed = ''::bytea where id = $1", row)


async def _forget(municipality: UUID, row: UUID) -> None:
    async with open_work(system(municipality)) as work:
        await work.execute("delete from statement_address where id = $1", row)


async def is_good(work: Work, token: str) -> bool:
    """Whether a link could be used now; it is not."""
    found: bool = await work.fetchval(
        "select exists (select from statement_address where token_hash = $1 and expires_at > $2)",
        tokens.digest(token),
        now(),
    )
    return found


async def confirm(work: Work, token: str) -> None:
    """Use a link, once. Raises NothingToConfirm."""
    confirmed = await work.execute(
        "with used as (delete from statement_address where token_hash = $1 and expires_at > $2 returning statement_id) "
        "update statement set email_confirmed = true where id in (select statement_id from used)",
        tokens.digest(token),
        now(),
    )
    if not confirmed:
        raise NothingToConfirm()
