-- Rows of the snapshot, given as JSON.
insert into audience_snapshot_row
    (id, municipality_id, status, follows, at_places, areas, interests, messages, language, age, quiet_from, quiet_to, digest,
        timezone, in_day, in_week)
select gen_random_uuid(), nullif(current_setting('medvirk.municipality'), '')::uuid, g.status, g.follows, g.at_places,
    g.areas, g.interests, g.messages, g.language, g.age, g.quiet_from, g.quiet_to, g.digest, g.timezone, g.in_day, g.in_week
from jsonb_populate_recordset(null::audience_snapshot_row, $1::jsonb) g
