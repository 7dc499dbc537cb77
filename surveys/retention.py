"""What the tables of surveys and hearings are cleared of daily."""

from base.queries import load_queries
from base.retention import Clearing
from surveys.hearings.models import HearingFollow, StatementAddress
from surveys.models import DraftEditor, SurveyPreview

sql = load_queries(__file__)

CLEARINGS = (
    Clearing(SurveyPreview, sql.clear_previews),
    Clearing(DraftEditor, sql.clear_editors),
    Clearing(StatementAddress, sql.clear_statement_addresses),
    Clearing(HearingFollow, sql.clear_hearing_follows),
)
