-- What is asked about zones, beacons and triggers beyond reading, creating, changing and deleting one.

-- name: zones_named
-- Ids of at most so many zones after one of them, in their order: those whose name has these letters in any language.
select id from zone
where municipality_id = :municipality and id > :after and (:kind::text is null or kind = :kind)
    and exists (
        select from jsonb_each_text(name) as called where strpos(lower(called.value), lower(:named::text)) > 0
    )
order by id
limit :limit

-- name: zones_above
-- A zone and those it lies under, from below.
with recursive above (id, kind, parent_id, step) as (
    select id, kind, parent_id, 0 from zone where municipality_id = :municipality and id = :zone
    union all
    select zone.id, zone.kind, zone.parent_id, step + 1
    from zone join above on zone.id = above.parent_id and zone.municipality_id = :municipality
    where step < 20
)
select id, kind from above order by step

-- name: hand_over_followers
-- Whoever follows a district follows another, too.
insert into resident_area (id, municipality_id, resident_id, zone_id)
select gen_random_uuid(), municipality_id, resident_id, :other
from resident_area
where municipality_id = :municipality and zone_id = :district
on conflict do nothing

-- name: is_followed
-- Whether anybody follows a district.
select exists (select from resident_area where municipality_id = :municipality and zone_id = :district)

-- name: add_telemetry
-- What a beacon said of itself: the first of a day counts.
insert into beacon_health (id, municipality_id, beacon_id, day, battery_mv, temperature_c)
values (gen_random_uuid(), :municipality, :beacon, :day, :battery_mv, :temperature_c)
on conflict (municipality_id, beacon_id, day) do nothing

-- name: set_clock
-- What was learnt of a beacon's clock on a day: the last counts.
insert into beacon_health (id, municipality_id, beacon_id, day, offset_s, sure_at)
values (gen_random_uuid(), :municipality, :beacon, :day, :offset_s, :sure_at)
on conflict (municipality_id, beacon_id, day) do update set offset_s = excluded.offset_s, sure_at = excluded.sure_at

-- name: last_heard
-- The last day on which each of some beacons was heard, and what it said last of its battery.
select beacon_id, max(day) as heard,
    (array_agg(battery_mv order by day desc) filter (where battery_mv is not null))[1] as battery_mv
from beacon_health where municipality_id = :municipality and beacon_id = any(:beacons::uuid[])
group by beacon_id

-- name: beacons_dying
-- How many beacons said last that their battery is under :low_mv, or were heard before and not since :since; which
-- where it is one.
select count(*)::int as count, case when count(*) = 1 then min(b.id::text)::uuid end as subject
from beacon b
cross join lateral (
    select max(day) as day,
        (array_agg(battery_mv order by day desc) filter (where battery_mv is not null))[1] as battery_mv
    from beacon_health
    where municipality_id = :municipality and beacon_id = b.id
) heard
where b.municipality_id = :municipality and (heard.battery_mv < :low_mv or heard.day < :since)

-- name: daily_cap
-- How many triggers may fire for one resident in a day; null where the municipality has said nothing.
select (settings -> 'presence' ->> 'per_day')::int from municipality where id = :municipality

-- name: set_daily_cap
-- Let at most so many triggers fire for one resident in a day.
update municipality
set settings = settings || jsonb_build_object(
    'presence', coalesce(settings -> 'presence', '{}'::jsonb) || jsonb_build_object('per_day', :most::int)
)
where id = :municipality

-- name: zones_to_compile
-- Every zone but for its border.
select id, kind, open_hours, active_from, active_to, changed_at from zone where municipality_id = :municipality
order by id

-- name: borders_to_compile
-- The borders of some zones.
select id, geometry from zone where municipality_id = :municipality and id = any(:zones::uuid[])

-- name: beacons_to_compile
-- Every beacon, with what was learnt last of its clock.
select id, lon, lat, protocol, identity, changed_at, learnt.offset_s, learnt.sure_at
from beacon
left join lateral (
    select offset_s, sure_at from beacon_health
    where beacon_health.municipality_id = :municipality and beacon_id = beacon.id and offset_s is not null
    order by day desc
    limit 1
) as learnt on true
where beacon.municipality_id = :municipality

-- name: triggers_to_compile
-- Every trigger that has not run out.
select id, zone_id, beacon_id, paused, rule, active_to, subject_kind, subject_id
from trigger
where municipality_id = :municipality and active_to > now()
order by id

-- name: triggers_page
-- Ids of at most so many triggers after one of them, in their order: those that are wanted.
select trigger.id from trigger
left join zone on zone.municipality_id = :municipality and zone.id = trigger.zone_id
left join beacon on beacon.municipality_id = :municipality and beacon.id = trigger.beacon_id
where trigger.municipality_id = :municipality and trigger.id > :after
    and (:subject::uuid is null or trigger.subject_id = :subject)
    and (:place::uuid is null or trigger.zone_id = :place or trigger.beacon_id = :place)
    and (:state::text is null or :state = case
        when trigger.active_to <= :at then 'over' when trigger.paused then 'off' else 'on'
    end)
    and (:words::text is null or trigger.subject_id = any(:titled::uuid[]) or strpos(lower(beacon.name), lower(:words)) > 0
        or exists (
            select from jsonb_each_text(zone.name) as called where strpos(lower(called.value), lower(:words)) > 0
        ))
order by trigger.id
limit :limit
