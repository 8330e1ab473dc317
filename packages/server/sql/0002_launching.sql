alter table attempt
  -- What it waits for, in one line.
  add column status text,
  -- When each step was reached, by its name.
  add column timeline json not null default '{}',
  add column usage json,
  add column cost json,
  -- When the run's process was last heard of.
  add column heartbeat_at timestamptz,
  -- The intent: which way to launch was begun last, and when the first one was. Something may be running from then on.
  add column begun_variant integer,
  add column launch_begun_at timestamptz,
  -- When its agent gave it back; null again once another has taken it up.
  add column released_at timestamptz;

-- Apart from the attempt, so that reading one does not read these.
create table log_tail (
  attempt_id uuid primary key references attempt,
  lines text[] not null
);

-- What is registered with a platform, by a hash of its content and of where it is registered. Without a revision
-- somebody has leave to register it, until the claim expires.
create table task_definition (
  hash text primary key,
  revision integer,
  claimed_by text,
  claim_expires_at timestamptz,
  registered_at timestamptz,
  last_used_at timestamptz
);

-- The calls that a platform still allows; below zero where calls are reserved that have to wait their turn.
create table rate_budget (
  scope text not null,
  operation text not null,
  tokens double precision not null,
  updated_at timestamptz not null,
  primary key (scope, operation)
);
