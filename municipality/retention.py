"""What the municipality's own tables are cleared of daily."""

from base.queries import load_queries
from base.retention import Clearing
from municipality.models import AuditEntry, StaffMember, StaffSession

sql = load_queries(__file__)

CLEARINGS = (
    Clearing(AuditEntry, sql.clear_audit),
    Clearing(StaffSession, sql.clear_staff_sessions),
    Clearing(StaffMember, sql.clear_removed_members),
)
