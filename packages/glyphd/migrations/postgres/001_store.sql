-- Text is compared by its bytes, whatever the order of the database is, and times are text in UTC with milliseconds, whose order is that of
-- time: both engines have the same answers in the same order.

-- The last migration that was applied: one row, locked by whoever migrates. It tells a store from another program's tables.
create table glyphd_schema (
  version integer not null
);
insert into glyphd_schema values (0);

-- One row per import. Nothing here is numbered by a sequence: ids are UUIDs of version 7, and their order is the order of imports.
-- Positions are given by the one that takes an import over into the tables below, not by those that store it: until then they are null.
-- The listing with import_index i has the position first_position + i.
create table imports (
  import_id      uuid    primary key,
  record_count   integer not null,
  rejected_count integer not null,
  first_model    text    collate "C" not null,
  last_model     text    collate "C" not null,
  timestamp      text    collate "C" not null,   -- when the body had been received: RFC 3339, UTC, milliseconds
  undone_at      text    collate "C",            -- null: not undone
  last_index     integer not null,               -- import_index of the last listing
  is_complete    boolean not null,               -- everything that its sources offered
  first_position bigint,
  last_position  bigint
);
create index imports_to_observe on imports (import_id) where first_position is null and undone_at is null;
create index imports_by_position on imports (first_position);

-- One row per listing, written once and never changed. Columns have the names of the members of GPUListingDTO. Partitioned by the time of
-- the import, which is in its id: a partition a month, made ahead (partitions.ts), and one for ids that are of no such time.
-- The model is in the key so that the table can be distributed by it.
create table gpu_listings (
  import_id             uuid    not null,
  import_index          integer not null,
  model                 text    collate "C" not null,
  price                 double precision not null,
  score                 double precision not null,
  currency              text    collate "C" not null,
  price_usd             double precision,
  shipping              double precision,
  lot_size              bigint  not null,
  quantity              bigint,
  listing_source        text    collate "C",
  listing_id            text    collate "C",
  seller                text    collate "C",
  region                text    collate "C",
  generation            text    collate "C",
  form_factor           text    collate "C",
  pipeline_version      text    collate "C",
  title                 text    collate "C",
  price_text            text    collate "C",
  source_url            text    collate "C",
  condition             text    collate "C",
  seen_at               text    collate "C" not null,
  vram_gb               double precision,
  mem_bandwidth_gbs     double precision,
  tdp_watts             bigint,
  mig_support           smallint,
  nvlink                boolean,
  quantization_capacity json,
  match_score           double precision,
  score_breakdown       json,
  warnings              json,
  offer_key             text    collate "C",     -- derived: what makes two listings the same offer over time
  extra                 json,                    -- the members that the contract does not name
  title_folded          text    collate "C",     -- the title in lower case, where that is more than its ASCII letters in lower case
  primary key (model, import_id, import_index)   -- "what is offered of this model", in the order of imports
) partition by range (import_id);
create table gpu_listings_other partition of gpu_listings default;

-- "Everything, in the order of imports", and "this listing".
create index gpu_listings_by_import on gpu_listings (import_id, import_index);
-- "What was seen since, and what came last": the newest first, those of one time in the order of imports.
create index gpu_listings_by_time on gpu_listings (seen_at desc, import_id, import_index);
-- The observations of an offer. A hash: keys may be longer than an entry of a b-tree.
create index gpu_listings_by_offer on gpu_listings using hash (offer_key);

-- The listings of a title. The same expression as in title-search.ts; titles may be longer than an entry of a b-tree, too.
create index gpu_listings_by_title on gpu_listings using hash ((coalesce(title_folded, lower(title collate "C"))));

-- Distinct titles in lower case, of the imports that offers tell of; those of imports that were undone stay. It is asked which of them have a word.
create table titles (
  digest bytea primary key,              -- SHA-256: a title may be longer than an entry of a b-tree
  folded text  collate "C" not null
);

-- Three characters in a row lead to the titles that have them, where the extension can be had: without it, all titles are looked at. What was
-- added last lies in a list that every search reads, of 4 MB by default.
do $$
begin
  create extension if not exists pg_trgm;
  create index titles_by_trigram on titles using gin (folded gin_trgm_ops) with (gin_pending_list_limit = 256);
exception when others then
  raise notice 'no index of words: %', sqlerrm;
end
$$;

-- The rows that a lenient import left out, with what is wrong, as `/errors` gives them back.
create table rejected_rows (
  import_id uuid    not null,
  row       integer not null,      -- position in the body, from 0
  rejection json    not null,
  primary key (import_id, row)
);

-- What an Idempotency-Key stands for, as long as its import lives.
create table idempotency_keys (
  key         text collate "C" primary key,
  import_id   uuid not null,
  fingerprint text collate "C" not null,   -- of the request, so that one key is not used for two
  answer      text                         -- JSON: the first answer, given again. Null only within the transaction that stores it
);
create index idempotency_keys_by_import on idempotency_keys (import_id);

-- One row: up to which position the tables below tell what the listings do. Whoever changes them locks it, and gives it another version: no
-- number, which could come again after a failover to a server that had missed some.
create table observed (
  position bigint not null,
  version  uuid   not null default gen_random_uuid()
);
insert into observed (position) values (0);

-- One row per offer, with the members of its newest observation: the last by seen_at, of several by position. Written by one at a time, so
-- that its keys need no constraint. Most changes touch no index, for which pages have room.
create table offers (
  offer           bigint  primary key,          -- position of the observation that was stored first; of a twin, minus its position
  offer_key       text    collate "C",          -- null: nothing identifies the listing, which is an offer of its own, or it is a twin
  newest_position bigint  not null,             -- the observation that was stored last
  position        bigint  not null,             -- the newest observation, and its place
  import_id       uuid    not null,
  import_index    integer not null,
  first_seen      text    collate "C" not null,
  seen_at         text    collate "C" not null, -- of the newest observation
  since           text    collate "C" not null, -- from then on, successive observations agree with the newest in all but seen_at
  model           text    collate "C" not null,
  price           double precision not null,
  score           double precision not null,
  currency        text    collate "C" not null,
  price_usd       double precision,
  shipping        double precision,
  lot_size        bigint  not null,
  quantity        bigint,
  listing_source  text    collate "C",
  seller          text    collate "C",
  region          text    collate "C",
  condition       text    collate "C",
  vram_gb         double precision,
  match_score     double precision,
  is_ambiguous    smallint not null default 0,  -- 1: several prices at the newest seen_at; the others are twins
  twin_of         bigint                        -- offer of which this is another price at the newest seen_at
) with (fillfactor = 70);
create index offers_by_key on offers using hash (offer_key);
create index offers_by_model on offers (model);
create index offers_by_twin on offers (twin_of) where twin_of is not null;

-- Times in which successive observations of an offer agreed, but for the last one, which is in offers.
create table price_periods (
  offer          bigint not null,
  first_seen     text   collate "C" not null,
  position       bigint not null,               -- of the last observation of the period
  last_seen      text   collate "C" not null,
  until          text   collate "C" not null,   -- when the offer was observed otherwise
  model          text   collate "C" not null,
  vram_gb        double precision,
  condition      text   collate "C",
  currency       text   collate "C" not null,
  price          double precision not null,
  seller         text   collate "C",
  listing_source text   collate "C",
  quantity       bigint,
  primary key (offer, first_seen, position)
);
create index price_periods_by_model on price_periods (model);

-- Observations whose price is another one than that of the observation before.
create table price_changes (
  offer               bigint  not null,
  position            bigint  not null,
  earlier_position    bigint  not null,
  import_id           uuid    not null,
  import_index        integer not null,
  import_id_before    uuid    not null,
  import_index_before integer not null,
  seen_at             text    collate "C" not null,
  seen_before         text    collate "C" not null,
  model               text    collate "C" not null,
  currency            text    collate "C" not null,
  price               double precision not null,
  price_before        double precision not null,
  change_pct          double precision not null,    -- the difference in per cent of the price before
  primary key (offer, position)
);
create index price_changes_by_time on price_changes (seen_at, position);
create index price_changes_by_model on price_changes (model, seen_at, position);

-- Complete imports: everything that a source offered at a time. Its offers whose last observation is older were gone by then.
create table snapshots (
  listing_source text   collate "C" not null,
  seen_at        text   collate "C" not null,   -- the earliest of the source's listings in the import
  first_position bigint not null,               -- of the import
  primary key (listing_source, seen_at, first_position)
);
