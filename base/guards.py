"""What every table of a municipality's gets in the migration that makes it: its policy, its keys, its checks."""

from typing import Final

HERE: Final = "nullif(current_setting('medvirk.municipality', true), '')::uuid"
"""The municipality that the transaction is bound to."""


def tenant(table: str) -> str:
    """Rows are seen and written only in a transaction bound to their municipality."""
    return f"""
alter table "{table}" enable row level security;
create policy tenant on "{table}" using (municipality_id = {HERE}) with check (municipality_id = {HERE});
alter table "{table}" add constraint {table}_municipality foreign key (municipality_id) references municipality (id);
"""


def primary_key(table: str) -> str:
    """(municipality_id, id) in place of the id alone, which Tortoise makes; other tables may point to it."""
    return f'alter table "{table}" drop constraint "{table}_pkey", add primary key (municipality_id, id)'


def reference(table: str, column: str, target: str, on_delete: str) -> str:
    """A key to a row of the same municipality; `target` has the primary key (municipality_id, id)."""
    return f"""
alter table "{table}" add constraint {table}_{column} foreign key (municipality_id, {column})
    references "{target}" (municipality_id, id) on delete {on_delete};
create index {table}_{column}_idx on "{table}" (municipality_id, {column});
"""


def keyed(table: str) -> str:
    """Other tables may point to this one; for migrations before 0019, from which on the primary key serves."""
    return f'alter table "{table}" add constraint {table}_tenant unique (municipality_id, id)'


def check(table: str, name: str, rule: str) -> str:
    """A rule that every row keeps."""
    return f'alter table "{table}" add constraint {table}_{name} check ({rule})'
