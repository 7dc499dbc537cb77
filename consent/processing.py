"""The record of processing activities (GDPR art. 30), made from what the code obeys: notices, tables, lifetimes."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, cast

from base.csv_text import csv_text
from base.database import Work
from base.localized import pick
from base.queries import load_queries
from base.translation import translate
from consent.inventory import TABLES, Own
from consent.notices import notices_in_force
from consent.purposes import DUTIES, LegalBasis
from municipality.directory import town
from municipality.lifetimes import lifetimes

sql = load_queries(__file__)

OWN: Final[Mapping[Own, tuple[str, str, str, str, str]]] = {
    "publication": (
        "Telling residents and publishing results",
        "Public task (GDPR art. 6(1)(e))",
        "Nobody",
        "No personal data",
        "The public",
    ),
    "staff": (
        "Signing staff in",
        "Public task (GDPR art. 6(1)(e))",
        "Staff",
        "Name, roles, unit, hashes of sign-in secrets",
        "Nobody outside the municipality",
    ),
    "operation": (
        "Keeping the service running",
        "Public task (GDPR art. 6(1)(e))",
        "Nobody",
        "Queued work, answers for retries",
        "Nobody outside the municipality",
    ),
}
"""Activities that concern no resident, and so have no notice: title, legal basis, whom, what data, who receives it."""

BASES: Final[Mapping[LegalBasis, str]] = {
    "consent": "Consent (GDPR art. 6(1)(a)), notice version {version}",
    "public_task": ("Public task (GDPR art. 6(1)(e)), plan- og bygningsloven chapter 5, notice version {version}"),
    "legal_obligation": "Legal obligation (GDPR art. 6(1)(c), 5(2), 7(1), 32), notice version {version}",
}

SECURITY: Final = (
    "Row-level security per municipality; secrets as hashes; keys outside the database; positions never stored; "
    "logs without ids; consent checked at most half a second before each act; audit of everything that staff do"
)


@dataclass(frozen=True, slots=True)
class ProcessedTable:
    """A table of an activity: what it holds, in words, and how long."""

    table: str
    what: str
    until: str


@dataclass(frozen=True, slots=True)
class ProcessingActivity:
    """One processing activity, as art. 30(1) asks."""

    activity: str
    title: str
    legal_basis: str
    concerns: str
    data_categories: Sequence[str]
    recipients: Sequence[str]
    retention: str
    held: Sequence[ProcessedTable]
    security: str


@dataclass(frozen=True, slots=True)
class Record:
    """The record of a municipality: the controller, and its activities."""

    controller: str
    number: str
    contact: Mapping[str, Any]
    lines: Sequence[ProcessingActivity]


async def processing_record(work: Work, languages: Sequence[str]) -> Record:
    """The record as it is now, in the reader's language."""
    here, numbers = await town(work), asdict(await lifetimes(work))
    read = [*languages, *here.languages]
    there = {row["table"]: row["what"] for row in await work.fetch(sql.tables)}
    held: dict[str, list[ProcessedTable]] = {}
    for table, kept in TABLES.items():
        if table in there:
            part = ProcessedTable(table, translate(there[table], read), translate(kept.until, read, **numbers))
            held.setdefault(kept.activity, []).append(part)
    lines = [*await _from_notices(work, read, held)]
    for activity, (title, basis, concerns, data, recipients) in OWN.items():
        parts = held.get(activity, [])
        lines.append(
            ProcessingActivity(
                activity=activity,
                title=translate(title, read),
                legal_basis=translate(basis, read),
                concerns=translate(concerns, read),
                data_categories=[translate(data, read)],
                recipients=[translate(recipients, read)],
                retention="; ".join(dict.fromkeys(part.until for part in parts)),
                held=parts,
                security=translate(SECURITY, read),
            )
        )
    return Record(pick(here.name, read)[0], here.number, here.contact, lines)


async def _from_notices(
    work: Work, read: Sequence[str], held: Mapping[str, list[ProcessedTable]]
) -> list[ProcessingActivity]:
    """What residents are told about in a notice: the purposes that rest on consent, and the duties."""
    lines = []
    for purpose, notice in (await notices_in_force()).items():
        text = notice.texts[notice.nearest_language(*read)]
        lines.append(
            ProcessingActivity(
                activity=purpose,
                title=text.title,
                legal_basis=translate(BASES[cast(LegalBasis, notice.legal_basis)], read, version=notice.version),
                concerns=translate(
                    DUTIES[purpose].concerns if purpose in DUTIES else "Residents who have consented", read
                ),
                data_categories=text.data_categories,
                recipients=text.systems,
                retention=text.retention,
                held=held.get(purpose, []),
                security=translate(SECURITY, read),
            )
        )
    return lines


def as_csv(record: Record) -> str:
    """The record as CSV, one activity a line (RFC 4180)."""
    header = (
        "controller",
        "activity",
        "title",
        "legal_basis",
        "concerns",
        "data_categories",
        "recipients",
        "retention",
        "tables",
        "security",
    )
    rows = (
        (
            record.controller,
            line.activity,
            line.title,
            line.legal_basis,
            line.concerns,
            "; ".join(line.data_categories),
            "; ".join(line.recipients),
            line.retention,
            "; ".join(f"{part.table} ({part.until})" for part in line.held),
            line.security,
        )
        for line in record.lines
    )
    return csv_text(header, rows)


def as_dpia(record: Record, languages: Sequence[str]) -> str:
    """A draft of a data protection impact assessment (art. 35), in Markdown, for the privacy officer to finish."""

    def say(english: str, **values: object) -> str:
        return translate(english, languages, **values)

    parts = [
        f"# {say('Data protection impact assessment')}: Medvirk, {record.controller} ({record.number})",
        f"*{say('A draft, made from what the system does. What only people can judge is marked TO JUDGE.')}*",
        f"## {say('What is processed, why, on what ground')}",
    ]
    for line in record.lines:
        tables = "\n".join(f"  - `{part.table}`: {part.what} ({part.until})" for part in line.held)
        parts.append(
            f"### {line.title}\n\n- {say('Legal basis')}: {line.legal_basis}\n"
            f"- {say('Concerns')}: {line.concerns}\n- {say('Data')}: {'; '.join(line.data_categories)}\n"
            f"- {say('Receives it')}: {'; '.join(line.recipients)}\n- {say('Kept')}: {line.retention}\n"
            f"- {say('Tables')}:\n{tables or '  - ' + say('none: nothing is stored')}"
        )
    parts += [
        f"## {say('Necessity and proportionality')}",
        say(
            "Every purpose that rests on consent can be refused without losing anything that is open to all. "
            "TO JUDGE: whether each purpose is needed here."
        ),
        f"## {say('Risks and what meets them')}",
        "\n".join(f"- {say(risk)}: {say(measure)}" for risk, measure in RISKS),
        f"## {say('Consultation and decision')}",
        say("TO JUDGE: residents heard (art. 35(9)), the privacy officer's advice, the remaining risk, the decision."),
    ]
    return "\n\n".join(parts) + "\n"


RISKS: Final = (
    ("A resident is followed", "positions are compared and forgotten; no table holds one, and none follows from one"),
    ("An answer is tied to a person", "blind signatures, an anonymous door, and shaking before counting"),
    ("A published number reveals somebody", "small cells and their complements are suppressed; releases are frozen"),
    ("A withdrawn consent goes on", "permits last half a second; every process is told within a second"),
    ("The past is rewritten", "the ledger is chained, its roots are published, residents hold signed receipts"),
    ("Another municipality reads the rows", "row-level security in the database, whatever the code forgets"),
    ("A stolen staff key", "keys are hashed, revocable and scoped; no endpoint of staff shows a single resident"),
)
