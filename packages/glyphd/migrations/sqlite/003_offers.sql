-- What the observations of every offer come to. All of it follows from gpu_listings and snapshots. A listing costs one look-up by its offer
-- key, one row here if the offer is new, and a short row of earlier_observations if it is not.

-- The one row says up to which position the tables below tell what the listings do. What was stored behind it is taken over when
-- nobody waits for an import, and before a question about offers is answered.
create table observed (
  position integer not null
) strict;
insert into observed (position) values (0);

-- One row per offer, with the members of its newest observation: the last by seen_at, of several by position. Neither strict nor
-- with `not null`: what it holds comes from gpu_listings, which is both, and to check it twice is a twentieth of an import.
create table offers (
  offer           integer primary key,  -- position of the observation that was stored first; of a twin, minus its position
  offer_key       text    unique,       -- null: nothing identifies the listing, which is an offer of its own, or it is a twin
  newest_position integer,              -- the observation that was stored last: where the chain of earlier_observations begins
  position        integer,              -- the newest observation
  first_seen      text,
  seen_at         text,              -- of the newest observation
  since           text,              -- from then on, successive observations agree with the newest in all but seen_at
  model           text,
  price           real,
  score           real,
  currency        text,
  price_usd       real,
  shipping        real,
  lot_size        integer,
  quantity        integer,
  listing_source  text,
  seller          text,
  region          text,
  condition       text,
  vram_gb         real,
  match_score     real,
  is_ambiguous    integer not null default 0,  -- 1: several prices at the newest seen_at; the others are twins
  twin_of         integer                      -- offer of which this is another price at the newest seen_at
);

-- "What is offered of this model now." The only index that a new offer pays for beside its key: others would cost more than
-- everything else about it, and all offers of a model are sorted in a few milliseconds.
create index offers_by_model on offers (model);
create index offers_by_twin on offers (twin_of) where twin_of is not null;

-- The observation of the same offer that was stored before this one. A chain costs an append where an index on the offer would
-- cost a page anywhere.
create table earlier_observations (
  position         integer primary key,
  earlier_position integer not null,
  is_late          integer not null      -- 1: when it was stored, a newer observation may have been there already
) strict;

-- Times in which successive observations of an offer agreed, but for the last one, which is in offers.
create table price_periods (
  offer          integer not null,
  first_seen     text    not null,
  position       integer not null,      -- of the last observation of the period
  last_seen      text    not null,
  until          text    not null,      -- when the offer was observed otherwise
  model          text    not null,
  vram_gb        real,
  condition      text,
  currency       text    not null,
  price          real    not null,
  seller         text,
  listing_source text,
  quantity       integer,
  primary key (offer, first_seen, position)
) strict, without rowid;

create index price_periods_by_model on price_periods (model);

-- Observations whose price is another one than that of the observation before.
create table price_changes (
  position         integer primary key,
  earlier_position integer not null,
  offer            integer not null,
  seen_at          text    not null,
  seen_before      text    not null,
  model            text    not null,
  currency         text    not null,
  price            real    not null,
  price_before     real    not null,
  change_pct       real    not null     -- the difference in per cent of the price before
) strict;

create index price_changes_by_time on price_changes (seen_at, position);
create index price_changes_by_model on price_changes (model, seen_at, position);
create index price_changes_by_offer on price_changes (offer);

-- Complete imports: everything that a source offered at a time. Its offers whose last observation is older were gone by then.
create table snapshots (
  listing_source text    not null,
  seen_at        text    not null,     -- the earliest of the source's listings in the import
  first_position integer not null,     -- of the import
  primary key (listing_source, seen_at, first_position)
) strict, without rowid;

-- An offer that changes leaves a period behind, and a price change where the price is another one. What sets none of the members
-- that it names has nothing to do with it.
create trigger offers_keep_period before update of price, currency, model, vram_gb, condition, seller, listing_source on offers
when new.position <> old.position and old.is_ambiguous = 0 and new.is_ambiguous = 0
  and (new.price <> old.price or new.currency <> old.currency or new.model <> old.model
    or new.vram_gb is not old.vram_gb or new.condition is not old.condition or new.seller is not old.seller
    or new.listing_source is not old.listing_source or (new.quantity is 0) <> (old.quantity is 0))
begin
  insert into price_periods
    (offer, first_seen, position, last_seen, until, model, vram_gb, condition, currency, price, seller, listing_source, quantity)
  values
    (old.offer, old.since, old.position, old.seen_at, new.seen_at, old.model, old.vram_gb, old.condition, old.currency, old.price,
     old.seller, old.listing_source, case when old.quantity = 0 then 0 end);
  insert into price_changes
    (position, earlier_position, offer, seen_at, seen_before, model, currency, price, price_before, change_pct)
  select new.position, old.position, old.offer, new.seen_at, old.seen_at, new.model, new.currency, new.price, old.price,
    min((new.price - old.price) * 100 / old.price, 1.7976931348623157e308)
  where new.currency = old.currency and new.price <> old.price;
end;

-- An observation that is told again for the same time takes the place of the one that was there, also where that changed the price.
create trigger offers_keep_change before update of position on offers
when new.seen_at = old.seen_at and old.since = old.seen_at and old.first_seen < old.since and new.position <> old.position
begin
  update price_changes set position = new.position where position = old.position;
end;

create trigger offers_keep_chain before update on offers
when new.position <> old.position and new.newest_position = new.position
begin
  insert into earlier_observations (position, earlier_position, is_late) values (new.newest_position, old.newest_position, 0);
end;

-- "What was seen since, and what came last": the newest first, those of one time in the order of their import.
create index gpu_listings_by_time on gpu_listings (seen_at desc);
