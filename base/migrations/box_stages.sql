-- The stages of a survey's box, each in tables of its own: `answer_incoming` as answers came, `answer_shaken` and
-- `receipt_shaken` while a survey that was shaken is open, `answer` and `receipt` once it is counted. Whoever reads
-- `answer` reads all stages. A spare table takes what comes or stays while the other's file is given up.

create table answer_incoming (like answer including defaults including constraints, body_hash bytea);
create table answer_incoming_spare (like answer_incoming including defaults including constraints);
create table answer_shaken (like answer including defaults including constraints);
create table receipt_shaken (like receipt including defaults including constraints);
create table spent_ballot_spare (id uuid not null, municipality_id uuid not null, survey_id uuid not null,
    ballot bytea not null);

-- What earlier versions kept elsewhere comes to its stage.
insert into answer_incoming (id, municipality_id, survey_id, answers, ballot, receipt_hash, shaken, body_hash)
select gen_random_uuid(), a.municipality_id, a.survey_id, a.answers, a.ballot, a.receipt_hash, false, b.body_hash
from answer a
join survey s on s.municipality_id = a.municipality_id and s.id = a.survey_id
left join spent_ballot b on b.municipality_id = a.municipality_id and b.survey_id = a.survey_id and b.ballot = a.ballot
where not a.shaken order by gen_random_uuid();
delete from spent_ballot b using answer_incoming a
where b.municipality_id = a.municipality_id and b.survey_id = a.survey_id and b.ballot = a.ballot;
insert into answer_shaken (id, municipality_id, survey_id, answers, shaken)
select gen_random_uuid(), a.municipality_id, a.survey_id, a.answers, true
from answer a join survey s on s.municipality_id = a.municipality_id and s.id = a.survey_id
where a.shaken and s.state in ('open', 'closed') order by gen_random_uuid();
delete from answer a using survey s
where s.municipality_id = a.municipality_id and s.id = a.survey_id
    and (not a.shaken or s.state in ('open', 'closed'));
insert into receipt_shaken (id, municipality_id, survey_id, receipt_hash)
select gen_random_uuid(), r.municipality_id, r.survey_id, r.receipt_hash
from receipt r join survey s on s.municipality_id = r.municipality_id and s.id = r.survey_id
where s.state in ('open', 'closed') order by gen_random_uuid();
delete from receipt r using survey s
where s.municipality_id = r.municipality_id and s.id = r.survey_id and s.state in ('open', 'closed');
alter table spent_ballot drop column body_hash;

-- An altered column has its table written into a new file; the old one, with all that was ever deleted, goes. Two
-- requests that are equal no longer look so: each is hashed once more, with its participant.
alter table answer alter column shaken type boolean using (shaken is true);
alter table receipt alter column receipt_hash type bytea using receipt_hash || ''::bytea;
alter table spent_ballot alter column ballot type bytea using ballot || ''::bytea;
alter table participation alter column request_hash type bytea using sha256(request_hash || participant);
alter table survey_code alter column code type bytea using code || ''::bytea;
alter table comment alter column body type text using body || '';

alter table answer_incoming inherit answer;
alter table answer_incoming_spare inherit answer;
alter table answer_shaken inherit answer;
alter table receipt_shaken inherit receipt;
alter table spent_ballot_spare inherit spent_ballot;

do $each$
declare
    name text;
begin
    foreach name in array array[
        'answer_incoming', 'answer_incoming_spare', 'answer_shaken', 'receipt_shaken', 'spent_ballot_spare'
    ] loop
        execute format('alter table %I add primary key (id)', name);
        execute format('alter table %I enable row level security', name);
        execute format(
            'create policy tenant on %I '
            'using (municipality_id = nullif(current_setting(''medvirk.municipality'', true), '''')::uuid) '
            'with check (municipality_id = nullif(current_setting(''medvirk.municipality'', true), '''')::uuid)', name);
        execute format(
            'alter table %I add constraint %I foreign key (municipality_id, survey_id) '
            'references survey (municipality_id, id) on delete cascade', name, name || '_survey_id');
    end loop;
    foreach name in array array['answer_incoming', 'answer_incoming_spare'] loop
        execute format('alter table %I add constraint %I check (not shaken)', name, name || '_waits');
        execute format('alter table %I add unique (municipality_id, survey_id, ballot)', name);
        execute format('create index on %I (receipt_hash)', name);
    end loop;
    alter table answer_shaken add constraint answer_shaken_shaken check (shaken);
    create index answer_shaken_survey_id_idx on answer_shaken (municipality_id, survey_id);
    create index receipt_shaken_survey_id_idx on receipt_shaken (municipality_id, survey_id);
    alter table spent_ballot_spare add unique (municipality_id, survey_id, ballot);
    drop index answer_receipt;
    drop index spent_ballot_survey_id_idx;
end $each$;

-- What is measured of a column, so that queries can be planned, are examples of what stands in it: whole answers,
-- that stay when their rows are gone. So of these columns nothing is measured.
do $each$
declare
    one record;
begin
    for one in
        select c.relname, a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid
        where c.relnamespace = 'public'::regnamespace and a.attnum > 0 and not a.attisdropped
            and c.relname in (
                'answer', 'answer_incoming', 'answer_incoming_spare', 'answer_shaken', 'receipt', 'receipt_shaken',
                'spent_ballot', 'spent_ballot_spare', 'participation', 'survey_code', 'comment', 'release_ground')
            and a.attname not in ('municipality_id', 'survey_id', 'shaken', 'question', 'state', 'number')
    loop
        execute format('alter table %I alter column %I set statistics 0', one.relname, one.attname);
    end loop;
end $each$;

comment on table answer is 'An answer that was counted, parted from its ballot and its receipt.';
comment on table answer_incoming is 'An answer as it came, with its ballot and receipt, so that it can be taken back until answers are shaken.';
comment on table answer_incoming_spare is 'Answers as they came, while the table of their kind is given a new file.';
comment on table answer_shaken is 'An answer to an open survey after a shake, parted from its ballot and its receipt.';
comment on table receipt_shaken is 'That an answer to an open survey came in: a hash its giver made, parted from the answer by the shake.';
comment on table spent_ballot is 'A ballot of an open survey that was handed in before a shake: its digest.';
comment on table spent_ballot_spare is 'Ballots that were handed in before a shake, while the table of their kind is given a new file.';
