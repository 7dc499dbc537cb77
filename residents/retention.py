"""What residents' own tables are cleared of daily; what rests on a consent, `consent/retention.py` clears."""

from base.queries import load_queries
from base.retention import Clearing
from residents.models import ResidentLink

sql = load_queries(__file__)

CLEARINGS = (Clearing(ResidentLink, sql.clear_resident_links),)
