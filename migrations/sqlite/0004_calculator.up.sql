-- How far the calculator has come with the factorials, and how far it is to go. `seen` is the last row of jobs whose
-- request the maximum has taken in. The base cases 0 to 3 are wanted before anybody asks.
create table cursors (
  name        text    not null primary key,
  next_number integer not null default 0 check (next_number >= 0),
  max_number  integer not null default 3 check (max_number >= 0),
  seen        integer not null default 0
) strict, without rowid;
insert into cursors (name) values ('factorial');

-- The cursor passes a number in the transaction in which its row becomes done, whoever finishes it.
create trigger jobs_pass after update of state on jobs
when new.state = 'done' and old.state <> 'done' and new.kind = 'factorial'
begin
  update cursors set next_number = next_number + 1
  where name = 'factorial' and new.identity = 'factorial-' || next_number;
end;

create trigger cursors_forward before update on cursors
when new.next_number < old.next_number or new.max_number < old.max_number
begin
  select raise(fail, 'cursors: they never go back');
end;
