-- What a message can be about, the youngest first: surveys and hearings that were launched, items of information.
-- $1 and $2 the sort key to go on after, $3 how many, $4 what a title has in it in any language.
select kind, id, title, at from (
    select 'survey' as kind, id, coalesce(wording, definition)->'title' as title, created_at as at
    from survey where kind = 'survey' and state <> 'draft'
    union all
    select 'hearing', id, written->'title', created_at from hearing where state <> 'draft'
    union all
    select 'info', id, title, published_at from information
) as subject
where ($1::timestamptz is null or (at, id) < ($1, $2::uuid))
    and ($4::text is null or exists (
        select from jsonb_each_text(title) as said where strpos(lower(said.value), lower($4)) > 0
    ))
order by at desc, id desc
limit $3
