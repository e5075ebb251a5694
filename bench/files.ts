/** Where a bench puts its stores and bodies, and how it makes bodies that are larger than its own memory should be. */
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { benchListings } from './rows.ts'

const ROWS_AT_ONCE = 10_000

export interface BenchFolder {
  path: string
  /** A path for a store that does not exist yet. */
  freshStore(): string
  /** Writes a JSON array of so many listings to a file. */
  bodyFile(rows: number): string
  remove(): void
}

export function benchFolder(): BenchFolder {
  const folder = mkdtempSync(path.join(tmpdir(), 'glyph-bench-'))
  let stores = 0
  return {
    path: folder,
    freshStore: () => path.join(folder, `${++stores}.sqlite`),
    bodyFile(rows) {
      const file = path.join(folder, `${rows}.json`)
      const descriptor = openSync(file, 'w')
      for (let first = 0; first < rows; first += ROWS_AT_ONCE) {
        const part = JSON.stringify(benchListings(Math.min(ROWS_AT_ONCE, rows - first), first)).slice(1, -1)
        writeSync(descriptor, `${first === 0 ? '[' : ','}${part}`)
      }
      writeSync(descriptor, ']')
      closeSync(descriptor)
      return file
    },
    remove: () => rmSync(folder, { recursive: true }),
  }
}
