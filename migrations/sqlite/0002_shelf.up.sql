-- How much room results take, and which of them were evicted to make some. An evicted result's row stays done and keeps
-- all that is known of it. When its digits are asked for again it is queued, and what is computed must have the hash
-- that the digits had before.
alter table jobs add column expected_bytes integer not null default 0 check (expected_bytes >= 0);
alter table jobs add column used_at integer;
alter table jobs add column evicted_at integer check (evicted_at is null or state = 'done');
alter table jobs add column former_sha256 text
  check (former_sha256 is null or sha256 is null or former_sha256 = sha256);

-- Evicted results whose digits are about to be removed: until they are, nobody may compute them again, for the removal
-- would take the new digits away.
create table evictions (
  identity text not null primary key references jobs (identity)
) strict, without rowid;
