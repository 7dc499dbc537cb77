-- Those who work for a municipality, and what they did.

-- name: spend_link
-- Spend a sign-in link: the member that it was for and who made it; none where it is spent, has run out or they have
-- left.
delete from staff_session s using staff_member m
where s.municipality_id = :municipality and m.municipality_id = s.municipality_id and m.id = s.member_id and m.active
    and s.kind = 'link' and s.hash = :hash and s.expires_at > :at
returning s.member_id, s.made_by

-- name: session_member
-- The member whose console session this is, with their roles, and how the session began.
select m.id, m.roles, s.made_at, s.made_by from staff_session s
join staff_member m on m.municipality_id = s.municipality_id and m.id = s.member_id
where s.municipality_id = :municipality and s.hash = :hash and s.kind = 'session' and s.expires_at > :at and m.active

-- name: count_acts
-- What was done, how often, first and last when.
select act, kind, count(*)::int as times, min(at) as first, max(at) as last from audit_entry
where municipality_id = :municipality and (:caller::uuid is null or caller_id = :caller)
    and (:since::timestamptz is null or at >= :since) and (:until::timestamptz is null or at < :until)
group by act, kind order by act, kind

-- name: set_ages
-- The ages at which residents consent for themselves, beside the municipality's other settings.
update municipality set settings = settings || jsonb_build_object('ages', :ages::jsonb) where id = :municipality

-- name: clear_audit
-- Delete what staff did longer ago than the municipality keeps it.
delete from audit_entry
where municipality_id = :municipality and at < :at::timestamptz - make_interval(months => :audit_months)
    and (:only::uuid[] is null or id = any(:only))

-- name: other_admins
-- Whether somebody else than :member works here as an administrator.
select exists (
    select from staff_member
    where municipality_id = :municipality and active and removed_at is null and id <> :member and roles ? 'admin'
)

-- name: clear_removed_members
-- Delete members who were removed and whom no entry of the audit names any more.
delete from staff_member m
where municipality_id = :municipality and removed_at <= :at and (:only::uuid[] is null or id = any(:only))
    and not exists (
        select from audit_entry a
        where a.municipality_id = :municipality and (a.caller_id = m.id or a.subject_id = m.id)
    )

-- name: clear_staff_sessions
-- Delete sessions and sign-in links that have run out.
delete from staff_session
where municipality_id = :municipality and expires_at <= :at and (:only::uuid[] is null or id = any(:only))
