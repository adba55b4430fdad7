-- How far each role's holder has got with what is done over and over.
create table places (
  role  text    not null primary key,
  place integer not null check (place >= 0)
) strict, without rowid;
