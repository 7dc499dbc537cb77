"""Values that carry proof: minted where it was looked, and never copied, stored or sent.

Whoever is handed one need not look again. Who may mint which stands in `tests/base/test_minted.py`, and so in
docs/ARCHITECTURE.md. This guards against accident, not against malice in the same process.
"""

from dataclasses import InitVar, dataclass, field
from typing import ClassVar, Final, NoReturn

SEAL: Final = object()
"""What a minter seals its value with."""


@dataclass(frozen=True)
class Minted:
    """A value that carries proof, made with `seal=SEAL` by those who may; TypeError for everybody else.

    A subclass is a frozen dataclass with slots. It says who mints it, and what to do instead of keeping it.
    """

    __slots__ = ()

    minted_by: ClassVar[str]
    instead: ClassVar[str]

    seal: InitVar[object] = field(kw_only=True)

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.__getstate__ = Minted.__getstate__  # type: ignore[method-assign]  # dataclasses give a class its own
        cls.__setstate__ = Minted.__setstate__  # type: ignore[method-assign]  # where it does not hold them itself

    def __post_init__(self, seal: object) -> None:
        if seal is not SEAL:
            raise TypeError(f"only {self.minted_by} mints a {type(self).__name__}")

    def _refuse(self, what: str) -> NoReturn:
        raise TypeError(f"a {type(self).__name__} cannot be {what}: {self.instead}")

    def __reduce__(self) -> NoReturn:
        self._refuse("stored")

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        self._refuse("stored")

    def __getstate__(self) -> NoReturn:
        self._refuse("stored")

    def __setstate__(self, state: object) -> NoReturn:
        self._refuse("restored")

    def __copy__(self) -> NoReturn:
        self._refuse("copied")

    def __deepcopy__(self, memo: object) -> NoReturn:
        self._refuse("copied")
