"""What is found in something that people wrote or brought, said in the language of the one who reads it."""

from base.errors import FieldError

Finding = FieldError


def finding(pointer: str, sentence: str, /, **values: object) -> FieldError:
    """Something found at a place; the sentence stands in `base/locale/*.po` in the other languages."""
    return FieldError(pointer, sentence, values)
