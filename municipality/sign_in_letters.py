"""A sign-in link by e-mail, where the installation has a mail server."""

from urllib.parse import quote

from base.errors import Conflict, Unavailable
from base.localized import pick
from base.mail import Letter, LetterRefused, Post, PostIsAway
from base.translation import translate
from municipality.models import Municipality, StaffMember


class NoMailHere(Conflict):
    """No mail server is set up here; hand the link over in another way."""


class NoAddress(Conflict):
    """No e-mail address is known for this person; write it first."""


class MailIsAway(Unavailable):
    """The mail server cannot be reached just now; try again in a moment."""


class AddressRefused(Conflict):
    """The mail server does not take this address."""


def written(member: StaffMember, here: Municipality, url: str, going_to: str | None) -> Letter:
    """The letter, in the municipality's first language; its link goes on to a page of the console, if one is named."""
    if member.email is None:
        raise NoAddress()
    languages = list(here.languages)
    link = f"{url}?next={quote(going_to)}" if going_to else url
    parts = (
        translate("Here is your link to sign in to {town}'s console:", languages, town=pick(here.name, languages)[0]),
        link,
        translate("It works once, for 15 minutes. If you did not ask for it, you need do nothing.", languages),
    )
    return Letter(member.email, translate("Sign in to Medvirk", languages), "\n\n".join(parts) + "\n")


async def send(post: Post, letter: Letter) -> None:
    """Hand it over. Raises MailIsAway, AddressRefused."""
    try:
        await post.send(letter)
    except PostIsAway:
        raise MailIsAway() from None
    except LetterRefused:
        raise AddressRefused() from None
