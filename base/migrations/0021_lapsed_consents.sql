create function lapsed_consents(town uuid, for_purpose text, moment timestamptz) returns setof standing_consent
language sql stable parallel safe as $$
    select * from standing_consent s
    where s.municipality_id = town and s.purpose = for_purpose and s.granted and s.lapses_at <= moment
$$;
comment on function lapsed_consents is
    'The consents to a purpose that were granted, not withdrawn, and have lapsed by a moment; see consents().';
