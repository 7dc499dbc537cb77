-- The last release of every survey that has been counted, the youngest first; of its table only what a list says.
-- $1, $2 the day and the survey after which the page begins, or null; $3 how many, or null for all.
with last as (
    select distinct on (release.survey_id) release.id, release.survey_id, release.number, release.released_on,
        release.answers
    from release
    join survey on survey.id = release.survey_id
    where survey.state = 'published'
    order by release.survey_id, release.number desc
),
page as (
    select * from last
    where $1::date is null
        or (released_on, survey_id) < ($1, $2::uuid)
    order by released_on desc, survey_id desc
    limit $3
)
select page.id, page.survey_id as survey, page.number, page.released_on, page.answers,
    release.content -> 'title' as title, release.content -> 'languages' as languages,
    release.content ->> 'assurance' as assurance
from page
join release on release.id = page.id
order by page.released_on desc, page.survey_id desc
