-- An import that was undone keeps its row: its listings are gone, and who asks is told when.
alter table imports add column rejected_count integer not null default 0;  -- rows that a lenient import left out
alter table imports add column undone_at text;                             -- RFC 3339, UTC, milliseconds; null: not undone

-- The rows that a lenient import left out, with what is wrong, as `/errors` gives them back.
create table rejected_rows (
  first_position integer not null,  -- of the import
  row            integer not null,  -- position in the body, from 0
  rejection      text    not null,  -- JSON
  primary key (first_position, row)
) strict, without rowid;

-- What an Idempotency-Key stands for, as long as its import lives.
create table idempotency_keys (
  key            text    primary key,
  first_position integer not null unique,  -- of the import: undo frees the key
  fingerprint    text    not null,         -- of the request, so that one key is not used for two
  answer         text    not null          -- JSON: the first answer, given again
) strict, without rowid;
