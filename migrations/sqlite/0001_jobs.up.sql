-- One row per request: the truth about it. docs/state_machine.md draws the moves; the CHECKs say what a row in each
-- state looks like, the triggers which state may follow which. Times are milliseconds since 1970 in UTC; hashes are
-- lower-case hexadecimal. No list of more than two in any check: SQLite makes a table of it each time.
create table jobs (
  id           integer primary key,
  identity     text    not null unique check (length(identity) between 3 and 200),
  kind         text    not null check (substr(identity, 1, length(kind) + 1) = kind || '-'),
  state        text    not null,
  priority     integer not null default 0,

  fence        integer not null default 0 check (fence >= 0),
  failures     integer not null default 0 check (failures >= 0),
  crashes      integer not null default 0 check (crashes >= 0),

  -- The bell: when it was last rung, how often since the job was queued, and when it is due again.
  not_before   integer not null,
  rung_at      integer,
  rings        integer not null default 0 check (rings >= 0),
  ring_due     integer not null,

  lease_until  integer,
  worker       text,

  created_at   integer not null,
  updated_at   integer not null,
  started_at   integer,
  finished_at  integer,

  s3_key       text    not null,
  digits       integer check (digits > 0),
  bytes        integer check (bytes >= digits),
  sha256       text    check (length(sha256) = 64 and rtrim(sha256, '0123456789abcdef') = ''),
  merkle_root  text    check (length(merkle_root) = 64 and rtrim(merkle_root, '0123456789abcdef') = ''),
  residues     text,

  error_code   text,
  error_detail text,
  trace        text    not null default '',

  check (state = 'queued' or state = 'calculating' or state = 'uploading'
         or state = 'done' or state = 'failed' or state = 'cancelled'),
  check ((state in ('calculating', 'uploading')) = (lease_until is not null)),
  check ((lease_until is null) = (worker is null)),
  check (state = 'queued' or state in ('failed', 'cancelled') or (fence > 0 and started_at is not null)),
  check ((state = 'done' or state in ('failed', 'cancelled')) = (finished_at is not null)),
  check ((state = 'done') = (sha256 is not null)),
  check ((sha256 is null) = (digits is null)),
  check ((sha256 is null) = (bytes is null)),
  check ((sha256 is null) = (merkle_root is null)),
  check ((sha256 is null) = (residues is null)),
  check (state <> 'failed' or error_code is not null),
  check ((error_code is null) = (error_detail is null)),
  check ((rings = 0) = (rung_at is null))
) strict;

create index jobs_ring_due on jobs (ring_due) where state = 'queued';
create index jobs_lease_until on jobs (lease_until) where lease_until is not null;
create index jobs_state on jobs (state);
create index jobs_created_at on jobs (created_at);

create trigger jobs_begin before insert on jobs
when new.state <> 'queued' or new.fence <> 0
begin
  select raise(fail, 'jobs: a new row is queued and has fence 0');
end;

create trigger jobs_move before update on jobs
when not (
  new.id = old.id and new.identity = old.identity and new.created_at = old.created_at
  and new.fence = old.fence + (old.state = 'queued' and new.state = 'calculating')
  and (new.state = old.state
       or (old.state = 'queued'      and new.state in ('calculating', 'cancelled'))
       or (old.state = 'calculating' and new.state = 'uploading')
       or (old.state = 'uploading'   and new.state = 'done')
       or (old.state in ('calculating', 'uploading') and (new.state = 'queued' or new.state in ('failed', 'cancelled')))
       or (new.state = 'queued'      and (old.state = 'done' or old.state in ('failed', 'cancelled')))))
begin
  select raise(fail, 'jobs: no such move in the state machine');
end;

create trigger jobs_keep before update on jobs
when old.state = 'done' and new.state = 'done'
     and (new.digits, new.bytes, new.sha256, new.merkle_root, new.residues)
         is not (old.digits, old.bytes, old.sha256, old.merkle_root, old.residues)
begin
  select raise(fail, 'jobs: a result does not change');
end;

-- The block hashes of results of several blocks, one after the other.
create table job_blocks (
  identity text not null primary key references jobs (identity),
  hashes   text not null check (length(hashes) % 64 = 0)
) strict, without rowid;

-- Who does a role that only one may do, and until when.
create table leaders (
  role   text    not null primary key,
  holder text    not null,
  until  integer not null
) strict, without rowid;
