-- The last release of every survey that has been counted, the youngest first; of its table only what a list says.
-- $1 the survey after which the page begins, or null; $2 how many, or null for all.
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
    where $1::uuid is null
        or (released_on, survey_id) < (select released_on, survey_id from last where survey_id = $1)
    order by released_on desc, survey_id desc
    limit $2
)
select page.id, page.survey_id as survey, page.number, page.released_on, page.answers,
    release.content -> 'title' as title, release.content -> 'languages' as languages,
    release.content ->> 'assurance' as assurance
from page
join release on release.id = page.id
order by page.released_on desc, page.survey_id desc
