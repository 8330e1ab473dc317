-- What this server is, and the key from which bootstrap tokens are derived.
create table installation (
  only_one boolean primary key default true check (only_one),
  id uuid not null,
  secret bytea not null,
  created_at timestamptz not null default now()
);

create table project (
  id uuid primary key,
  name text not null unique,
  created_at timestamptz not null default now()
);

create table flow (
  id uuid primary key,
  project_id uuid not null references project,
  name text not null,
  created_at timestamptz not null default now(),
  unique (project_id, name)
);

-- JSON is stored as `json`, not `jsonb`: it is never searched, and comes back as it was given.
create table flow_version (
  id uuid primary key,
  flow_id uuid not null references flow,
  version integer not null,
  structure json not null,
  image text not null,
  environment_type text not null,
  labels text[] not null,
  created_at timestamptz not null default now(),
  unique (flow_id, version)
);

create table flow_run (
  id uuid primary key,
  flow_id uuid not null references flow,
  flow_version_id uuid not null references flow_version,
  name text not null,
  parameters json not null,
  labels text[] not null,
  state json not null,
  state_type text not null,
  state_version integer not null,
  -- The number of the newest attempt, 0 before the first claim. Only its writes are accepted.
  attempt integer not null default 0,
  scheduled_start_time timestamptz not null,
  start_time timestamptz,
  end_time timestamptz,
  idempotency_key text,
  created_at timestamptz not null default now(),
  unique (flow_id, idempotency_key)
);
create index flow_run_due on flow_run (scheduled_start_time, id) where state_type = 'Scheduled';
create index flow_run_newest on flow_run (created_at desc, id desc);
create index flow_run_newest_of_flow on flow_run (flow_id, created_at desc, id desc);

create table attempt (
  id uuid primary key,
  flow_run_id uuid not null references flow_run,
  number integer not null,
  agent_name text not null,
  lease_expires_at timestamptz not null,
  -- When the run's process swapped its bootstrap token.
  swapped_at timestamptz,
  run_token_hash bytea unique,
  infrastructure json,
  diagnosis json,
  -- The sequence number of the event that the run's process reports next.
  next_sequence integer not null default 0,
  created_at timestamptz not null default now(),
  ended_at timestamptz,
  unique (flow_run_id, number)
);
create index attempt_open on attempt (agent_name, lease_expires_at) where ended_at is null;

-- States are appended, never edited.
create table flow_run_state (
  flow_run_id uuid not null references flow_run,
  version integer not null,
  attempt integer not null,
  state json not null,
  primary key (flow_run_id, version)
);

-- `map_index` is -1 for the task itself and counts its mapped children from 0.
create table task_run (
  flow_run_id uuid not null references flow_run,
  task_slug text not null,
  map_index integer not null,
  state json not null,
  state_type text not null,
  state_version integer not null,
  start_time timestamptz,
  end_time timestamptz,
  primary key (flow_run_id, task_slug, map_index)
);

create table task_run_state (
  flow_run_id uuid not null,
  task_slug text not null,
  map_index integer not null,
  version integer not null,
  attempt integer not null,
  state json not null,
  primary key (flow_run_id, task_slug, map_index, version),
  foreign key (flow_run_id, task_slug, map_index) references task_run
);

create table log (
  flow_run_id uuid not null references flow_run,
  -- Grows within a run, since its writers hold the run's row.
  id bigint generated always as identity,
  attempt integer not null,
  timestamp timestamptz not null,
  level text not null,
  message text not null,
  task_slug text,
  map_index integer,
  primary key (flow_run_id, id)
);

create table agent (
  id uuid primary key,
  name text not null unique,
  labels text[] not null,
  last_seen_at timestamptz not null
);
