"""Letters by e-mail, through the municipality's own server (SMTP, RFC 5321)."""

import asyncio
import smtplib
import ssl
from dataclasses import dataclass, field
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Protocol
from urllib.parse import unquote, urlsplit

from base.settings import Settings, is_loopback

_PATIENCE_S = 20.0


class LetterRefused(Exception):
    """The server will not carry this letter, however often it is asked."""


class PostIsAway(Exception):
    """The server cannot be reached, or asks to be tried later."""


@dataclass(frozen=True, slots=True)
class Letter:
    """Text to one address; neither is ever logged."""

    to: str = field(repr=False)
    subject: str
    text: str = field(repr=False)


class Post(Protocol):
    """Carries letters."""

    async def send(self, letter: Letter) -> None:
        """Hand a letter over. Raises LetterRefused, PostIsAway."""


@dataclass(frozen=True, slots=True)
class SmtpPost:
    """A server by its URL: `smtp://user:password@host:587` or `smtps://host:465`.

    Over `smtp` a letter goes encrypted (STARTTLS) or not at all, but for a server on this machine.
    """

    url: str = field(repr=False)
    sender: str

    async def send(self, letter: Letter) -> None:
        """See Post. In a thread of its own: smtplib waits."""
        try:
            message = self._written(letter)
        except (ValueError, LookupError, AttributeError, MessageError):  # No parser of addresses takes this one.
            raise LetterRefused from None
        await asyncio.to_thread(self._carry, message)

    def _written(self, letter: Letter) -> EmailMessage:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, letter.to, letter.subject
        message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain=self.sender.rpartition("@")[2])
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text)
        return message

    def _carry(self, message: EmailMessage) -> None:
        # What a server answers can name the address: nothing of it is passed on.
        try:
            with self._connected() as server:
                self._introduced(server)
                try:
                    server.send_message(message)
                except (smtplib.SMTPNotSupportedError, UnicodeError):  # This server has no way to write the address.
                    raise LetterRefused from None
        except smtplib.SMTPRecipientsRefused as refused:
            codes = [code for code, _ in refused.recipients.values()]
            raise (LetterRefused() if all(code >= 500 for code in codes) else PostIsAway()) from None
        except smtplib.SMTPResponseException as said:
            raise (LetterRefused() if said.smtp_code >= 500 else PostIsAway()) from None
        except (smtplib.SMTPException, OSError):
            raise PostIsAway() from None

    def _connected(self) -> smtplib.SMTP:
        parts = urlsplit(self.url)
        if parts.scheme == "smtps":
            encrypted = ssl.create_default_context()
            return smtplib.SMTP_SSL(parts.hostname or "", parts.port or 465, timeout=_PATIENCE_S, context=encrypted)
        return smtplib.SMTP(parts.hostname or "", parts.port or 587, timeout=_PATIENCE_S)

    def _introduced(self, server: smtplib.SMTP) -> None:
        parts = urlsplit(self.url)
        if parts.scheme == "smtp" and not is_loopback(self.url):
            server.starttls(context=ssl.create_default_context())
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))


def post_of(settings: Settings) -> Post | None:
    """The server that the settings name, or None."""
    if settings.smtp_url is None or settings.smtp_from is None:
        return None
    return SmtpPost(settings.smtp_url.get_secret_value(), settings.smtp_from)
