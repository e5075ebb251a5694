import type { ReceivedBody } from '../ingest/received-body.ts'
import { Problem } from '../problem.ts'
import type { Imported, ImportOptions } from './engine.ts'

/** A body, and what its rows have in common. */
export interface RowsRequest extends Pick<ImportOptions, 'handling'> {
  body: ReceivedBody
  import_id: string
  /** When the body had been received. */
  timestamp: string
}

/** One import as a writer gets it. */
export type ImportRequest = ImportOptions & RowsRequest

/** What a writer did with an import. */
export type ImportOutcome =
  | ({ kind: 'imported' } & Imported)
  /** The import id is taken: nothing was done, and the body comes back. */
  | { kind: 'taken'; body: ReceivedBody }

/** There is nothing to take away. */
export function unknownImport(): Problem {
  return new Problem('not_found', 'There is no such import in this store')
}
