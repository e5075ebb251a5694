-- "glyp": tells a store from another program's database.
pragma application_id = 0x676c7970;

-- One row per import. Its listings lie in gpu_listings at the positions first_position to last_position, in the order of the
-- request: the listing with import_index i is at first_position + i. That range replaces an index on gpu_listings.import_id,
-- which every listing would pay for; here an import pays once.
-- Positions are never given twice, so ranges do not overlap, and a greater one was stored later.
create table imports (
  first_position integer primary key,
  last_position  integer not null,
  import_id      text    not null unique,
  record_count   integer not null,
  first_model    text    not null,
  last_model     text    not null,
  timestamp      text    not null      -- when the body had been received: RFC 3339, UTC, milliseconds
) strict;

-- One row per listing, written once and never changed. Columns have the names of the members of GPUListingDTO.
-- import_id is no foreign key: looking up its parent for every row of an import that writes the parent itself in the same
-- transaction costs about as much as an index. The tests hold the two tables against each other instead.
create table gpu_listings (
  position              integer primary key,
  import_id             text    not null,
  import_index          integer not null,
  model                 text    not null,
  price                 real    not null,
  score                 real    not null,
  currency              text    not null,
  price_usd             real,
  shipping              real,
  lot_size              integer not null,
  quantity              integer,
  listing_source        text,
  listing_id            text,
  seller                text,
  region                text,
  generation            text,
  form_factor           text,
  pipeline_version      text,
  title                 text,
  price_text            text,
  source_url            text,
  condition             text,
  seen_at               text    not null,  -- UTC, milliseconds: text order is time order
  vram_gb               real,
  mem_bandwidth_gbs     real,
  tdp_watts             integer,
  mig_support           integer,
  nvlink                integer,           -- 0 or 1
  quantization_capacity text,              -- JSON
  match_score           real,
  score_breakdown       text,              -- JSON
  warnings              text,              -- JSON
  offer_key             text,              -- derived: what makes two listings the same offer over time
  extra                 text               -- JSON: the members that the contract does not name
) strict;

-- "What is offered of this model", in the order it was stored: the position is part of every index entry.
create index gpu_listings_by_model on gpu_listings (model);
