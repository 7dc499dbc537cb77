"""What the tables of messages are cleared of daily."""

from base.queries import load_queries
from base.retention import Clearing
from push.models import Delivery, PushAddress

sql = load_queries(__file__)

CLEARINGS = (Clearing(PushAddress, sql.clear_addresses), Clearing(Delivery, sql.clear_deliveries))
