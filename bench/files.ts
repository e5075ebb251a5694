/** Where a bench puts its stores and bodies, and how it makes bodies, larger ones than its own memory should be, too. */
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { ReceivedBody } from 'glyphd'
import { benchListings } from './rows.ts'

const ROWS_AT_ONCE = 10_000
const CHUNK_BYTES = 256 * 1024

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

/** JSON as the server hands it over when it has received it. */
export function receivedBody(json: Buffer): ReceivedBody {
  const chunks: ArrayBuffer[] = []
  for (let from = 0; from < json.length; from += CHUNK_BYTES)
    chunks.push(Uint8Array.from(json.subarray(from, from + CHUNK_BYTES)).buffer)
  return { media_type: 'application/json', chunks, bytes: json.length, file: undefined }
}
