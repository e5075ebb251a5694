import type { ImportResultDTO } from '../contract.ts'
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

/** Which imports to return: in import order, behind the import `after`. */
export interface ImportsQuestion {
  about: 'imports'
  after?: string
  /** From 1. */
  limit: number
}

export type Question = ListingsQuestion | ImportsQuestion

/** Where a listing stands in import order, the same on every engine. */
export interface ListingPlace {
  import_id: string
  import_index: number
}

/** JSON as it goes to the client, so that a result is never built twice. */
export interface Answer {
  /** UTF-8 text of a JSON array. */
  items: Uint8Array<ArrayBuffer>
  /** Place of the last item, if more follow. For imports, `import_index` is 0. */
  next: ListingPlace | undefined
}

/** That the store answers, and what it is. */
export interface StoreState {
  /** The database behind it: `sqlite`. */
  engine: string
  /** The last migration applied. */
  schema_version: number
}

/**
 * What every engine promises. An engine owns its threads and connections; nothing else opens a store.
 * Every method rejects with a `Problem` where the client or the operator can do something about it.
 */
export interface StorageEngine {
  /**
   * Stores the listings of a body as one import: all of them, on disk when the promise resolves, or none.
   * Takes over the chunks of the body, which are detached.
   */
  import(body: ReceivedBody): Promise<ImportResultDTO>
  /** Answers from what is committed. Never waits for an import. */
  ask(question: Question): Promise<Answer>
  check(): Promise<StoreState>
  /** Lets what is under way finish, then lets go of the store. */
  close(): Promise<void>
}
