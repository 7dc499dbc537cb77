-- Residents, their devices, and what is held of them.

-- name: profile
-- A resident as they see themselves, with what they follow.
select r.id, r.municipality_id as municipality, r.language, r.quiet_from, r.quiet_to, r.digest, r.birth_year_band,
    r.warned_on,
    array(
        select interest_key from resident_interest i
        where i.municipality_id = r.municipality_id and i.resident_id = r.id order by 1
    ) as interests,
    array(
        select zone_id from resident_area a where a.municipality_id = r.municipality_id and a.resident_id = r.id
        order by 1
    ) as areas
from resident r where r.municipality_id = :municipality and r.id = :resident

-- name: resident_of_token
-- Whose device holds a token.
select resident_id from credential where municipality_id = :municipality and hash = :hash

-- name: rotate_token
-- Another token for the same device: whose it is, none where no device holds the old one.
update credential set hash = :fresh, issued_on = :day where municipality_id = :municipality and hash = :hash
returning resident_id

-- name: forget_device
-- Forget a device: whose it was, none where no device holds the token.
delete from credential where municipality_id = :municipality and hash = :hash returning resident_id

-- name: spend_link
-- Spend a one-time code: whose it is, none where it is spent or has run out.
delete from resident_link where municipality_id = :municipality and hash = :hash and expires_at > :at
returning resident_id

-- name: clear_resident_links
-- Delete one-time codes that have run out.
delete from resident_link
where municipality_id = :municipality and expires_at <= :at and (:only::uuid[] is null or id = any(:only))

-- name: resident_tables
-- Every table that holds something of a resident's, the resident's own first.
select "table", "column", what from resident_tables()

-- name: held_rows
-- Every row that is a resident's, table by table, as JSON.
select "table", "column", what, rows from held_rows(:municipality, :resident, :subject)

-- name: count_held
-- How many rows are a resident's, table by table.
select "table", "column", what, jsonb_array_length(rows) as rows from held_rows(:municipality, :resident, :subject)
