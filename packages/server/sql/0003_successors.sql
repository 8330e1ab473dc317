alter table attempt
  -- The attempt whose launch this one goes on with, since the platform has started its process once more. The
  -- bootstrap token is that one's.
  add column launched_by uuid references attempt;

alter table log
  -- Which container wrote the line, where the run's process did not report it.
  add column container text;

-- How far the lines of an attempt's containers are kept, and how many there are.
create table container_log (
  attempt_id uuid not null references attempt,
  container text not null,
  cursor text not null,
  lines integer not null,
  primary key (attempt_id, container)
);
