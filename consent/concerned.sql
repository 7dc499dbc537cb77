-- Who was registered before $2, and, where purposes ($3) are named, has consented to one of them at any time between
-- $1 and $2, as far as can be told: who withdrew before $1 has not.
select r.id from resident r
where r.registered_on <= $2::timestamptz
  and (
      cardinality($3::text[]) = 0
      or exists (
          select from standing_consent s
          where s.resident_id = r.id and s.purpose = any($3) and (s.granted or s.at >= $1::timestamptz)
      )
  )
order by r.id
