-- Which listings have a word in their title. The writer fills these tables when it is idle, and listings behind indexed_position are
-- looked at one by one: an answer is complete at any time, and an import pays nothing. What was undone stays in here; it leads to
-- positions where no listing lies, and those are never given again.

-- Distinct titles in lower case, as JavaScript has it: SQLite's own lower() knows ASCII only.
create table titles (
  title_id integer primary key,
  folded   text    not null unique
) strict;

-- Which titles have three characters in a row. It says neither where they stand nor how the whole title goes, which takes a third of the
-- space: `titles` has the last word. Both sides are folded already.
create virtual table title_search using fts5 (
  folded, content = '', detail = none, columnsize = 0, tokenize = 'trigram case_sensitive 1'
);

-- Where the listings of a title begin: the one stored last, and how many there are. Apart from `titles`, so that what changes with
-- every listing lies on few pages.
create table title_heads (
  title_id        integer primary key,
  newest_position integer not null,
  listings        integer not null
) strict;

-- The title of every listing that has one, and the listing of the same title that was stored before it. A chain costs an append where
-- an index on the title would cost a page anywhere.
create table listing_titles (
  position         integer primary key,
  title_id         integer not null,
  earlier_position integer                -- null: this is the first
) strict;

-- One row: listings up to this position are in the tables above.
create table title_progress (
  indexed_position integer not null
) strict;
insert into title_progress (indexed_position) values (0);
