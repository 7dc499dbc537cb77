"""Work over many rows in which each row stands for itself: one that fails harms no other.

The failure is logged without what the row holds, counted in a metric, and the row is left to the next round. Only what
concerns all rows alike, a database that is away, ends the work for all of them.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import TypeVar, cast
from uuid import UUID

import asyncpg
import structlog
from prometheus_client import Counter

from base.database import Work
from base.queries import Query
from base.tenant_model import TenantModel
from base.transaction import DatabaseIsAway

T = TypeVar("T")

FAILED = Counter(
    "medvirk_rows_failed_total", "Rows of a batch that failed for themselves while the others went on", ["batch"]
)
log = structlog.get_logger(__name__)


def where(error: BaseException) -> str:
    """The file and line that an error came from, without its message."""
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    return f"{frame.tb_frame.f_code.co_filename.rsplit('/', 2)[-1]}:{frame.tb_lineno}" if frame else ""


def is_of_all(error: BaseException) -> bool:
    """Whether an error concerns whoever works on the rows, and not the row it came with: the work is to end."""
    if isinstance(error, asyncio.CancelledError):
        task = asyncio.current_task()  # A library may raise it too, where nobody asked this task to end.
        return task is None or task.cancelling() > 0
    return isinstance(error, DatabaseIsAway | KeyboardInterrupt | SystemExit | GeneratorExit)


def failed(batch: str, error: BaseException) -> None:
    """Note that a row of this batch failed for itself: which kind of error, never which row or what it holds."""
    FAILED.labels(batch).inc()
    log.error("a row failed for itself", kind=batch, error=type(error).__name__, where=where(error))


async def each(batch: str, rows: Iterable[T], do: Callable[[T], Awaitable[object]]) -> list[T]:
    """Do something for every row, one after the other; those that failed, each for itself.

    `do` opens its own transaction, so that what was done for one row is kept whatever becomes of the next. Raises
    DatabaseIsAway: then nothing can be done for any row.
    """
    bad = []
    for row in rows:
        try:
            await do(row)
        except BaseException as error:  # A panic of a library in Rust is no Exception.
            if is_of_all(error):
                raise
            failed(batch, error)
            bad.append(row)
    return bad


async def halving(batch: str, rows: Sequence[T], do: Callable[[Sequence[T]], Awaitable[object]]) -> list[T]:
    """Do something for many rows at once, and where that fails for each half, down to the rows that fail alone.

    `do` must leave nothing behind where it fails (a transaction or a savepoint of its own). The rows that failed. Costs
    one call where all is well, some 2·log2(n) calls for each bad row. Raises DatabaseIsAway.
    """
    if not rows:
        return []
    try:
        await do(rows)
    except BaseException as error:
        if is_of_all(error):
            raise
        if len(rows) == 1:
            failed(batch, error)
            return list(rows)
        middle = len(rows) // 2
        return [*await halving(batch, rows[:middle], do), *await halving(batch, rows[middle:], do)]
    return []


_AT_ONCE = 10_000


async def change_rows(work: Work, batch: str, change: Query, model: type[TenantModel], /, **named: object) -> int:
    """Change or delete many rows, and where that fails those of them alone that can be changed.

    `change` takes `:only`, an array of ids or null for all rows; `model` is the entity whose rows it changes. Returns
    how many rows were changed. Raises DatabaseIsAway.
    """
    changed = 0

    async def some(rows: Sequence[UUID]) -> None:
        nonlocal changed
        async with work.apart():
            changed += await work.execute(change, **named, only=list(rows))

    try:
        async with work.apart():
            return await work.execute(change, **named, only=None)
    except asyncpg.PostgresError as error:
        log.warning("rows are changed one by one", kind=batch, error=type(error).__name__)
    rows = cast(list[UUID], await model.all().values_list("id", flat=True))
    for start in range(0, len(rows), _AT_ONCE):
        await halving(batch, rows[start : start + _AT_ONCE], some)
    return changed
