import { readSync } from 'node:fs'

/** What an import may be sent as. */
export const LISTINGS_MEDIA_TYPES = ['application/json', 'application/x-ndjson', 'text/csv'] as const
export type ListingsMediaType = (typeof LISTINGS_MEDIA_TYPES)[number]

const READ_BYTES = 256 * 1024

/**
 * A body that was received whole, decompressed: in memory, or in a file. It can be posted to a thread; its chunks belong to
 * whoever holds it and go there by transfer, not by copy.
 */
export interface ReceivedBody {
  media_type: ListingsMediaType
  bytes: number
  /** The bytes in memory; empty if they are in a file. */
  chunks: ArrayBuffer[]
  /** Descriptor of the open file that holds all bytes from its start. Whoever received the body closes it. */
  file: number | undefined
}

/** The bytes of a body from its start, as often as asked. Each piece is good until the next one is taken. */
export function* piecesOf({ chunks, file }: Pick<ReceivedBody, 'chunks' | 'file'>): Generator<Uint8Array, void> {
  for (const chunk of chunks) yield new Uint8Array(chunk)
  if (file === undefined) return
  const buffer = new Uint8Array(READ_BYTES)
  for (let position = 0; ; ) {
    const length = readSync(file, buffer, 0, buffer.length, position)
    if (length === 0) return
    yield buffer.subarray(0, length)
    position += length
  }
}
