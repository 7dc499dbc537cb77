-- What is asked about releases beyond reading and making one.

-- name: launched_surveys
-- The surveys that were launched, the youngest first, each with its youngest release, after a time and an id, or from
-- the beginning.
select survey.id, coalesce(survey.wording, survey.definition) -> 'title' as title, survey.state, survey.created_at,
    survey.opened_at, survey.closed_at, survey.counted, latest.number, latest.released_on, latest.answers
from survey
left join lateral (
    select number, released_on, answers from release
    where release.municipality_id = :municipality and release.survey_id = survey.id
    order by number desc
    limit 1
) as latest on true
where survey.municipality_id = :municipality and survey.kind = 'survey' and survey.state <> 'draft'
    and (:after_time::timestamptz is null or (survey.created_at, survey.id) < (:after_time, :after_id::uuid))
order by survey.created_at desc, survey.id desc
limit :limit

-- name: results
-- The last release of every survey that has been counted, the youngest first, after a day and a survey, or from the
-- beginning; of its table only what a list says.
with last as (
    select distinct on (release.survey_id) release.id, release.survey_id, release.number, release.released_on,
        release.answers
    from release
    join survey on survey.municipality_id = release.municipality_id and survey.id = release.survey_id
    where release.municipality_id = :municipality and survey.state = 'published'
    order by release.survey_id, release.number desc
),
page as (
    select * from last
    where :after_day::date is null or (released_on, survey_id) < (:after_day, :after_survey::uuid)
    order by released_on desc, survey_id desc
    limit :limit
)
select page.id, page.survey_id as survey, page.number, page.released_on, page.answers,
    release.content -> 'title' as title, release.content -> 'languages' as languages,
    release.content ->> 'assurance' as assurance
from page
join release on release.municipality_id = :municipality and release.id = page.id
order by page.released_on desc, page.survey_id desc

-- name: last_releases
-- Which releases the results are: each survey's last.
select distinct on (release.survey_id) release.id
from release
join survey on survey.municipality_id = release.municipality_id and survey.id = release.survey_id
where release.municipality_id = :municipality and survey.state = 'published'
order by release.survey_id, release.number desc

-- name: grounds
-- What earlier releases of an open survey were made from, the oldest first, as text.
select answers, counts, figures from release_ground
where municipality_id = :municipality and survey_id = :survey
order by number

-- name: keep_ground
-- What a release was made from; its counts and figures come as text.
insert into release_ground (id, municipality_id, survey_id, number, answers, counts, figures)
values (gen_random_uuid(), :municipality, :survey, :number, :answers, :counts, :figures)

-- name: audited_subjects
-- What some ids of the audit are the ids of, and how that is called: a text, or one in several languages.
select id, 'survey_draft' as kind, written -> 'title' as name from survey_draft
where municipality_id = :municipality and id = any(:ids::uuid[])
union all
select id, 'survey', coalesce(wording, definition) -> 'title' from survey
where municipality_id = :municipality and id = any(:ids::uuid[]) and kind = 'survey'
union all
select id, 'hearing', written -> 'title' from hearing
where municipality_id = :municipality and id = any(:ids)
union all
select id, 'message', title from campaign where municipality_id = :municipality and id = any(:ids)
union all
select id, 'zone', name from zone where municipality_id = :municipality and id = any(:ids)
union all
select id, 'beacon', to_jsonb(name) from beacon where municipality_id = :municipality and id = any(:ids)
union all
select t.id, 'trigger', coalesce(z.name, to_jsonb(b.name)) from trigger t
left join zone z on z.municipality_id = :municipality and z.id = t.zone_id
left join beacon b on b.municipality_id = :municipality and b.id = t.beacon_id
where t.municipality_id = :municipality and t.id = any(:ids)
union all
select id, 'information', title from information where municipality_id = :municipality and id = any(:ids)
union all
select id, 'topic', label from interest where municipality_id = :municipality and id = any(:ids)
union all
select id, 'template', to_jsonb(name) from survey_template where municipality_id = :municipality and id = any(:ids)
union all
select id, 'member', to_jsonb(name) from staff_member where municipality_id = :municipality and id = any(:ids)
union all
select s.id, 'session', to_jsonb(m.name) from staff_session s
join staff_member m on m.municipality_id = :municipality and m.id = s.member_id
where s.municipality_id = :municipality and s.id = any(:ids)
union all
select id, 'key', to_jsonb(name) from staff_key where municipality_id = :municipality and id = any(:ids)
union all
select id, 'breach', told -> 'title' from breach where municipality_id = :municipality and id = any(:ids)
union all
select id, 'breach_draft', written -> 'title' from breach_draft
where municipality_id = :municipality and id = any(:ids)

-- name: count_exposed
-- How many residents there are, and how many of them have a push address.
select (select count(*)::int from resident where municipality_id = :municipality) as residents,
    (select count(distinct resident_id)::int from push_address where municipality_id = :municipality) as addresses
