-- Who consents to what, and the ledger of it.

-- name: consenting
-- Those of the residents whose consent to a purpose stands.
select c.resident_id from consents(:municipality, :purpose, :at) c where c.resident_id = any(:residents::uuid[])

-- name: principal
-- Whose device holds a token, with each purpose that they granted and when that lapses; no row where it is nobody's.
select c.resident_id, s.purpose, s.lapses_at
from credential c
left join standing_consent s
    on s.municipality_id = c.municipality_id and s.resident_id = c.resident_id and s.granted
where c.municipality_id = :municipality and c.hash = :hash

-- name: districts_among
-- Those of the zones that are districts.
select id from districts_around(:municipality, :zones::uuid[]) where step = 0 and kind = 'district'

-- name: long_away
-- Held until the end: residents who have used nothing for nearly as long as they may, and were not warned of it.
-- A consent to one of `uses` counts as use.
select r.id from resident r
where r.municipality_id = :municipality and r.warned_on is null
    and r.active_on < (:day::date - make_interval(months => :months) + make_interval(days => :warning_days))::date
    and r.id not in (
        select s.resident_id from unnest(:uses::text[]) as purpose, consents(:municipality, purpose, now()) s
    )
order by r.id
for update

-- name: not_come_back
-- Held until the end: some of the residents who were warned by a day and have used nothing since.
select r.id from resident r
where r.municipality_id = :municipality and r.warned_on <= :warned_by
    and r.active_on < (:day::date - make_interval(months => :months))::date
    and r.id not in (
        select s.resident_id from unnest(:uses::text[]) as purpose, consents(:municipality, purpose, now()) s
    )
    and r.id <> all(:failing::uuid[])
order by r.id limit :limit
for update skip locked

-- name: concerned
-- Who was registered by the last day of a time and, where purposes are named, has consented to one of them at any moment
-- since it began, as far as can be told: who withdrew before that has not.
select r.id from resident r
where r.municipality_id = :municipality and r.registered_on <= :last_day::date
    and (
        cardinality(:purposes::text[]) = 0
        or exists (
            select from standing_consent s
            where s.municipality_id = r.municipality_id and s.resident_id = r.id and s.purpose = any(:purposes)
                and (s.granted or s.at >= :since::timestamptz)
        )
    )
order by r.id

-- name: tell_of_breach
-- Tell these residents of a breach.
insert into breach_told (id, municipality_id, breach_id, resident_id)
select gen_random_uuid(), :municipality, :breach, unnest(:residents::uuid[])

-- name: lock_notice
-- Hold a purpose's notice still until the transaction ends, with others who consent.
select pg_advisory_xact_lock_shared(hashtextextended(:municipality::uuid || '/' || :purpose::text, 0))

-- name: lock_notice_alone
-- Hold a purpose's notice still until the transaction ends, alone, to publish another.
select pg_advisory_xact_lock(hashtextextended(:municipality::uuid || '/' || :purpose::text, 0))

-- name: lock_first_notices
-- Of two processes that publish a municipality's first notices, let one go first.
select pg_advisory_xact_lock(hashtextextended('first notices ' || :municipality::uuid, 0))

-- name: let_lapse
-- Let what was granted to older notices of a purpose lapse at a time, or sooner where that was said before.
update standing_consent set lapses_at = least(lapses_at, :lapses_at)
where municipality_id = :municipality and purpose = :purpose and granted

-- name: begin_ledger
-- The end of a ledger that has no line yet; nothing where it has begun.
insert into ledger_head (id, municipality_id, events, mac) values (gen_random_uuid(), :municipality, 0, :mac)
on conflict do nothing

-- name: lines
-- Every line of the ledger in order, or the first so many, with its MAC.
select * from consent_event where municipality_id = :municipality and number <= coalesce(:upto::int, number)
order by number, id

-- name: lines_by_subject
-- Every line of the ledger subject by subject, with its MAC.
select * from consent_event where municipality_id = :municipality order by subject, sequence, id

-- name: clear_interests
-- Delete the topics of residents whose consent to follow them has lapsed.
delete from resident_interest
where municipality_id = :municipality
    and resident_id in (select resident_id from lapsed_consents(:municipality, 'personal_feed', :at))
    and (:only::uuid[] is null or id = any(:only))

-- name: clear_areas
-- Delete the districts of residents whose consent to follow them has lapsed.
delete from resident_area
where municipality_id = :municipality
    and resident_id in (select resident_id from lapsed_consents(:municipality, 'personal_feed', :at))
    and (:only::uuid[] is null or id = any(:only))

-- name: clear_birth_years
-- Take away the band of birth years of residents whose consent to be counted by it has lapsed.
update resident set birth_year_band = null
where municipality_id = :municipality and birth_year_band is not null
    and id in (select resident_id from lapsed_consents(:municipality, 'profile_statistics', :at))
    and (:only::uuid[] is null or id = any(:only))

-- name: clear_told_of_breach
-- Delete who was told of a breach, a year after it was published.
delete from breach_told t using breach b
where t.municipality_id = :municipality and b.municipality_id = t.municipality_id and b.id = t.breach_id
    and b.published_at < :at::timestamptz - interval '1 year' and (:only::uuid[] is null or t.id = any(:only))

-- name: tables
-- Every table, and what it is in words.
select c.relname as "table", coalesce(obj_description(c.oid, 'pg_class'), 'What the job queue keeps.') as what
from pg_class c
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
order by c.relname
