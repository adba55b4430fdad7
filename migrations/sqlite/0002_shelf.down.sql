-- A result without digits is nothing that the schema before this one knows: it is queued and computed again.
update jobs set state = 'queued', evicted_at = null, failures = 0, crashes = 0, ring_due = updated_at, digits = null,
  bytes = null, sha256 = null, merkle_root = null, residues = null, finished_at = null
  where evicted_at is not null;
delete from job_blocks where identity in (select identity from jobs where state = 'queued');
drop table evictions;
alter table jobs drop column former_sha256;
alter table jobs drop column evicted_at;
alter table jobs drop column used_at;
alter table jobs drop column expected_bytes;
