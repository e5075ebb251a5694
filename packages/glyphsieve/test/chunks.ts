import type { RowReader } from '../dist/index.js'

/** The bytes of a body in chunks of at most `size`. */
export function chunksOf(body: string | Uint8Array, size: number): Uint8Array[] {
  const bytes = Buffer.from(body)
  const step = Math.min(size, bytes.length || 1)
  return Array.from({ length: Math.ceil(bytes.length / step) }, (_, index) => bytes.subarray(index * step, (index + 1) * step))
}

export function cutAt(bytes: Uint8Array, at: number): Uint8Array[] {
  return [bytes.subarray(0, at), bytes.subarray(at)]
}

/** Every row that a reader gives for these chunks. The memory of a chunk is wiped once it has been pushed. */
export function rowsOf(reader: RowReader, chunks: Uint8Array[]): unknown[] {
  const batches = chunks.flatMap((chunk) => {
    const lent = Uint8Array.from(chunk)
    const found = reader.push(lent)
    lent.fill(0x21)
    return found
  })
  return [...batches, ...reader.end()].flatMap((batch) => batch.rows)
}
