import type { DryRunResult, ImportResultDTO, LenientImportResult, UndoneImport } from '../contract/imports.ts'
import type { Handling } from '../ingest/read-listings.ts'
import type { ReceivedBody } from '../ingest/received-body.ts'

/** Which listings to return: those that match every filter, in import order, behind `after`. */
export interface ListingsQuestion {
  about: 'listings'
  model?: string
  import_id?: string
  /** The last listing of the page before. */
  after?: ListingPlace
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

export type Question = ListingsQuestion | ImportsQuestion | RejectedRowsQuestion

/** Where a listing stands in import order, the same on every engine. */
export interface ListingPlace {
  import_id: string
  import_index: number
}

/** JSON as it goes to the client, so that a result is never built twice. */
export interface Answer {
  /** UTF-8 text of a JSON array, or of lines for rejected rows. */
  items: Uint8Array<ArrayBuffer>
  /** How many items there are. */
  count: number
  /** Place of the last item, if more follow. For imports, `import_index` is 0; for rejected rows it is the row. */
  next: ListingPlace | undefined
}

/** That the store answers, and what it is. */
export interface StoreState {
  /** The database behind it: `sqlite`. */
  engine: string
  /** The last migration applied. */
  schema_version: number
}

export interface ImportOptions {
  handling: Handling
  /** The client's name for this import, under which it is stored once only. */
  idempotency?: { key: string; fingerprint: string }
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
  dryRun(body: ReceivedBody, options: Pick<ImportOptions, 'handling'>): Promise<DryRunResult>
  /** Takes the listings of an import away, all of them or none. Again, it answers the same. */
  undo(import_id: string): Promise<UndoneImport>
  /** Answers from what is committed. Never waits for an import. */
  ask(question: Question): Promise<Answer>
  check(): Promise<StoreState>
  /** Lets what is under way finish, then lets go of the store. */
  close(): Promise<void>
}
