insert into standing_consent (
    id, municipality_id, resident_id, purpose, granted, notice_version, at, lapses_at, event_id
) values ($1, $2, $3, $4, $5, $6, $7, null, $8)
on conflict (municipality_id, resident_id, purpose) do update
set granted = excluded.granted, notice_version = excluded.notice_version, at = excluded.at, lapses_at = null,
    event_id = excluded.event_id
