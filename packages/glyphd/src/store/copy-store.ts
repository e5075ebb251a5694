import type { Row } from './to-row.ts'

/** How much of an import is held at a time: so many rows, or so many characters, of which the last row may be more. */
export const BATCH = { rows: 500, characters: 256 * 1024 } as const

/** How long the texts of a row are. */
export function charactersIn(row: readonly unknown[]): number {
  return row.reduce((sum: number, value) => sum + (typeof value === 'string' ? value.length : 0), 0)
}

/** A row of `imports` with the key that stands for it, as both engines have them. */
export interface ImportRow {
  import_id: string
  record_count: number
  rejected_count: number
  first_model: string
  last_model: string
  timestamp: string
  /** When it was undone in this store; null: it stands. */
  undone_at: string | null
  /** `import_index` of the last listing. */
  last_index: number
  /** 1: it stands, and is everything that its sources offered. */
  is_complete: number
  key: string | null
  fingerprint: string | null
  answer: string | null
}

/** A rejected row: its position in the body, and JSON of a `RejectedRow`. */
export type RejectedText = [row: number, rejection: string]

/** An import as it is at one moment: its listings first, then its rejected rows, each in the order of the body. It can be read again from the beginning. */
export interface ImportReading {
  row: ImportRow
  listings(): AsyncIterable<Row[]>
  rejected(): AsyncIterable<RejectedText[]>
}

/** A store that imports are copied from. One thing at a time is asked of it, but for what `read` shows. */
export interface CopySource {
  /** As it may be shown: without a password. */
  name: string
  /** Which store it is, however it is reached. */
  identity: string
  size(): Promise<{ imports: number; listings: number }>
  /** Some ids in the order of imports, of those behind one; none at the end. */
  idsBehind(import_id: string | undefined): Promise<string[]>
  /** Shows an import as it is at this moment; undefined if there is none. */
  read<T>(import_id: string, look: (reading: ImportReading) => Promise<T>): Promise<T | undefined>
  close(): Promise<void>
}

/** What became of an import that was to be stored. `key_of` is the import for which its key stands already. */
export type Written = 'stored' | 'is_there' | { key_of: string }

/** A store that imports are copied into. */
export interface CopyTarget extends CopySource {
  /** Which of these it does not have. */
  missing(import_ids: readonly string[]): Promise<string[]>
  /** Stores an import whole by one transaction, or nothing of it: what is there already is never changed. */
  write(reading: ImportReading): Promise<Written>
}
