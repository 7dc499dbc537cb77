-- Whether a district has stood since the last count of the night, or is followed already.
select exists (select from audience_snapshot where $1::uuid = any(districts))
    or exists (select from resident_area where zone_id = $1)
