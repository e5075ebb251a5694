import type { FitRequest } from '../answers/fit-request.ts'
import type { HistoryQuestion } from '../answers/price-history.ts'
import type { ReportRequest } from '../answers/report.ts'
import type { DryRunResult, ImportResultDTO, LenientImportResult, UndoneImport } from '../contract/imports.ts'
import type { Durability } from '../contract/operations.ts'
import type { Handling } from '../ingest/read-listings.ts'
import type { ReceivedBody } from '../ingest/received-body.ts'
import type { ListingFilters, ListingSort } from '../parameters.ts'
import type { Place } from '../query.ts'

/** How the listings of an answer are written: as JSON values between commas, or a line each. */
export type ListingFormat = 'json' | 'ndjson' | 'csv'

/** Which listings to return: those that match every filter, in an order, behind the place `behind`. */
export interface ListingsQuestion extends ListingFilters {
  about: 'listings'
  /** Default: in import order. */
  sort?: ListingSort
  /** Only the newest observation of each offer. */
  latest?: boolean
  /** Only the newest observations of offers that still stand. */
  current?: boolean
  /** The last listing of the page before. */
  behind?: Place
  /** Default: `json`. */
  format?: ListingFormat
  /** From 1. */
  limit: number
}

/** Which price changes to return: newest first, behind the place `behind`. */
export interface DeltasQuestion {
  about: 'deltas'
  model?: string
  region?: string
  /** Per cent of the price before, from 0. */
  min_change_pct?: number
  direction?: 'up' | 'down'
  /** UTC with milliseconds. */
  after?: string
  behind?: Place
  /** From 1. */
  limit: number
}

/** Which imports to return: newest first, older than the import `after`. */
export interface ImportsQuestion {
  about: 'imports'
  /** Only this one, undone or not. */
  import_id?: string
  /** Those that were undone, too. */
  undone?: boolean
  after?: string
  /** From 1. */
  limit: number
}

/** Which rejected rows of an import to return: in the order of its body, behind the row `after`. */
export interface RejectedRowsQuestion {
  about: 'rejected_rows'
  import_id: string
  after?: number
  /** From 1. */
  limit: number
}

/** Questions that are answered with a page of items. */
export type PageQuestion = ListingsQuestion | DeltasQuestion | ImportsQuestion | RejectedRowsQuestion

/** One listing with its offer's history: a `ListingDetail`. */
export interface ListingQuestion {
  about: 'listing'
  place: ListingPlace
}

/** Models with their markets, by name, behind the name `behind`: `ModelSummary`s. */
export interface ModelsQuestion {
  about: 'models'
  /** Those of the catalog that were never offered, too. */
  all: boolean
  behind?: string
  /** From 1. */
  limit: number
}

/** One model with its market: a `ModelDetail`. */
export interface ModelQuestion {
  about: 'model'
  model: string
}

/** What a model cost over time: a `ModelHistory`. */
export interface ModelHistoryQuestion extends Pick<HistoryQuestion, 'model' | 'interval' | 'after' | 'before'> {
  about: 'model_history'
}

/** What to buy to run a model: a `FitAnswer`. */
export interface FitQuestion {
  about: 'fit'
  request: FitRequest
}

/** The market in one page: a `Report`. */
export interface ReportQuestion extends ReportRequest {
  about: 'report'
}

/** Questions about what the listings come to: one JSON value, or nothing, and for models an array. */
export type MarketQuestion =
  | ListingQuestion
  | ModelsQuestion
  | ModelQuestion
  | ModelHistoryQuestion
  | FitQuestion
  | ReportQuestion

export type Question = PageQuestion | MarketQuestion

/** Where a listing stands in import order, the same on every engine. */
export interface ListingPlace {
  import_id: string
  import_index: number
}

/**
 * JSON as it goes to the client, so that a result is never built twice. Texts and not bytes: memory that one thread hands to another
 * has the collector of the other stop for 20 ms after every few megabytes.
 */
export interface Answer {
  /** A JSON array, lines, or the one JSON value that was asked for. */
  items: string
  /** How many items there are; 0 where what was asked for does not exist. */
  count: number
  /** Place of the last item, if more follow. For imports, `import_index` is 0; for rejected rows it is the row. */
  next: Place | undefined
}

/** That the store answers, and what it is. */
export interface StoreState {
  /** The database behind it: `sqlite`. */
  engine: string
  /** The last migration applied. */
  schema_version: number
  /** How safe an acknowledged import is, where that depends on the database. */
  durability?: Durability
}

export interface ImportOptions {
  handling: Handling
  /** The client's name for this import, under which it is stored once only. */
  idempotency?: {
    key: string
    fingerprint: string
    /** Members that the first answer has beside those of the import: the key remembers them, too. */
    beside?: object
  }
  /** The body holds everything that its sources offer: their other offers are gone. */
  complete?: Completeness
}

/** How an import is meant that is only tried. */
export type DryRunOptions = Pick<ImportOptions, 'handling' | 'complete'>

export interface Completeness {
  /** Also if more than half of what a source offers would be gone. */
  force: boolean
}

/** A stored import. */
export interface Imported {
  result: ImportResultDTO | LenientImportResult
  /** Nothing was stored: this is the answer that the key had the first time. */
  replayed: boolean
}

/**
 * What every engine promises. An engine owns its threads and connections; nothing else opens a store.
 * Every method rejects with a `Problem` where the client or the operator can do something about it.
 */
export interface StorageEngine {
  /**
   * Stores the listings of a body as one import: all of them, on disk when the promise resolves, or none. Takes over the chunks of
   * the body, which are detached, and reads its file until the promise is settled.
   */
  import(body: ReceivedBody, options: ImportOptions): Promise<Imported>
  /** What the import of a body would do. Stores nothing and never waits for an import. Takes the body as `import` does. */
  dryRun(body: ReceivedBody, options: DryRunOptions): Promise<DryRunResult>
  /** Takes the listings of an import away, all of them or none. Again, it answers the same. */
  undo(import_id: string): Promise<UndoneImport>
  /** Answers from what is committed. Never waits for an import. */
  ask(question: Question): Promise<Answer>
  check(): Promise<StoreState>
  /** Lets what is under way finish, then lets go of the store. */
  close(): Promise<void>
}
