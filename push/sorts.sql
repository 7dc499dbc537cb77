-- The snapshot's rows by what a question asks about: $1 districts, $2 interests, $3 languages, $4 ages.
select follows, case when language = any($3::text[]) then language end as language,
    case when age = any($4::text[]) then age when age is not null then '' end as age,
    case when areas && $1::uuid[] then array(select a from unnest(areas) a where a = any($1::uuid[]) order by a)
        else '{}'::uuid[] end as areas,
    case when interests && $2::text[] then array(select i from unnest(interests) i where i = any($2::text[]) order by i)
        else '{}'::text[] end as interests,
    count(*)::int as number
from audience_snapshot_row
group by 1, 2, 3, 4, 5
