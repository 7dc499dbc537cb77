-- Part what was written from the answers it came with; of the answers only that something was written is left. What
-- was parted before is written anew with it, all in the order of random ids, so that no transaction and no place on
-- the disk sets the new apart. One statement, over rows that it holds: nothing that comes or is taken back meanwhile
-- is half done.
-- $1 survey, $2 municipality; the questions whose words are handed over: $3 texts, $4 choices that ask for other
-- words, $5 places that take a comment; those whose words end here: $6, $7, $8 likewise.
with box as materialized (
    select id, answers from answer where survey_id = $1 and answers ?| ($6::text[] || $7::text[] || $8::text[])
    for update
),
written as (
    select key, answers ->> key as body
    from box, unnest($3::text[]) as key
    where answers ? key
    union all
    select key, part ->> 'other'
    from box, unnest($4::text[]) as key,
        jsonb_array_elements(
            case jsonb_typeof(answers -> key) when 'array' then answers -> key else jsonb_build_array(answers -> key) end
        ) as part
    where answers ? key and jsonb_typeof(part) = 'object'
    union all
    select key, answers -> key ->> 'comment'
    from box, unnest($5::text[]) as key
    where jsonb_typeof(answers -> key) = 'object'
),
parted_before as (
    delete from comment where survey_id = $1 returning id, question, body, state, refused_because
),
handed_over as (
    insert into comment (id, municipality_id, survey_id, question, body, state, refused_because)
    select id, $2, $1, question, body, state, refused_because
    from (
        select id, question, body, state, refused_because from parted_before
        union all
        select gen_random_uuid(), key, body, 'waiting', null from written where body <> ''
    ) as every_comment
    order by id
),
stripped as (
    select id, (
        select jsonb_object_agg(given.key, case
            when given.key = any($6::text[]) then '""'
            when given.key = any($7::text[]) and jsonb_typeof(given.value) = 'object' then '{"other": ""}'
            when given.key = any($7::text[]) and jsonb_typeof(given.value) = 'array' then (
                select jsonb_agg(
                    case jsonb_typeof(part) when 'object' then '{"other": ""}' else part end order by place)
                from jsonb_array_elements(given.value) with ordinality as parts (part, place))
            when given.key = any($8::text[]) and jsonb_typeof(given.value) = 'object' and given.value ? 'comment'
                then jsonb_set(given.value, '{comment}', '""')
            else given.value
        end)
        from jsonb_each(box.answers) as given
    ) as answers
    from box
)
update answer set answers = stripped.answers from stripped where answer.id = stripped.id
