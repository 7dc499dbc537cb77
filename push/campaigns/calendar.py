"""The calendar of messages: what goes to residents when, so that two do not come on one day unknowingly."""

from dataclasses import dataclass
from datetime import datetime

from base.database import Work
from base.queries import load_queries
from municipality.directory import town
from push.audiences.rounding import Count, Rounding
from push.models import Campaign

sql = load_queries(__file__)


@dataclass(frozen=True, slots=True)
class PlannedMessage:
    """A message in the calendar, and the size of its audience, rounded; a draft has none yet."""

    campaign: Campaign
    audience_size: Count | None


async def planned_messages(work: Work, since: datetime, until: datetime) -> list[PlannedMessage]:
    """What goes out or stands between two times, in the order in which it goes, at most 1,000."""
    k = (await town(work)).smallest_group
    ids = [row["id"] for row in await work.fetch(sql.calendar, since=since, until=until)]
    campaigns = {campaign.id: campaign for campaign in await Campaign.filter(id__in=ids)}
    return [PlannedMessage(campaigns[each], _size(campaigns[each], k)) for each in ids]


def _size(campaign: Campaign, k: int) -> Count | None:
    if campaign.state == "draft":
        return None
    return Rounding(campaign.rounding, k, campaign.audience_size).shown("audience", campaign.audience_size)
