-- The surveys that were launched, the youngest first, each with its youngest release.
-- $1 the survey after which the page begins, or null; $2 how many.
select survey.id, coalesce(survey.wording, survey.definition) -> 'title' as title, survey.state, survey.opened_at,
    survey.closed_at, survey.counted, latest.number, latest.released_on, latest.answers
from survey
left join lateral (
    select number, released_on, answers from release
    where release.municipality_id = survey.municipality_id and release.survey_id = survey.id
    order by number desc limit 1
) as latest on true
where survey.kind = 'survey' and survey.state <> 'draft'
    and ($1::uuid is null or (survey.created_at, survey.id) < (select created_at, id from survey where id = $1))
order by survey.created_at desc, survey.id desc
limit $2
