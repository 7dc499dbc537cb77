insert into consent_event (
    id, municipality_id, number, subject, sequence, purpose, granted, notice_version, notice_sha256, language, channel,
    of_age, at, leaf_salt, mac
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
