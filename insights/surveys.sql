-- The surveys that were launched, the youngest first, each with its youngest release.
-- $1, $2 the time and the id after which the page begins, or null; $3 how many.
select survey.id, coalesce(survey.wording, survey.definition) -> 'title' as title, survey.state, survey.created_at,
    survey.opened_at,
    survey.closed_at, survey.counted, latest.number, latest.released_on, latest.answers
from survey
left join lateral (
    select number, released_on, answers from release
    where release.municipality_id = survey.municipality_id and release.survey_id = survey.id
    order by number desc limit 1
) as latest on true
where survey.kind = 'survey' and survey.state <> 'draft'
    and ($1::timestamptz is null or (survey.created_at, survey.id) < ($1, $2::uuid))
order by survey.created_at desc, survey.id desc
limit $3
