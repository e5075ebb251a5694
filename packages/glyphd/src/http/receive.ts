import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { Limits } from '../contract/operations.ts'
import type { ListingsMediaType } from '../ingest/received-body.ts'
import type { Spool, SpooledBody } from '../ingest/spool.ts'
import { Problem } from '../problem.ts'
import { endedEarly, shuttingDown } from './problem.ts'

/** How long the rest of a body may take once the daemon shuts down. */
const CLOSING_PATIENCE_MS = 2000

export interface ReceiveOptions {
  media_type: ListingsMediaType
  gzip: boolean
  /** Content-Length, where there is one. */
  expectedBytes: number | undefined
  limits: Pick<Limits, 'max_body_bytes' | 'receive_timeout_seconds'>
  spool: Spool
  /** Whether the answer is to have the digest of the bytes. */
  digested: boolean
  /** Aborted when the daemon shuts down: what is on its way may still arrive, but nothing more is waited for. */
  closing: AbortSignal
}

/** A body that was received whole. */
export interface Received extends SpooledBody {
  /** SHA-256 of the decompressed bytes in hexadecimal, if it was asked for. */
  digest: string | undefined
}

/**
 * Receives a body whole, before anything is done with it: a client that is slow or goes away holds nothing but its own bytes.
 * Release the body in the end.
 *
 * @throws Problem if the body is too large, comes too slowly or not to its end, or is not valid gzip.
 */
export async function receive(payload: Readable, options: ReceiveOptions): Promise<Received> {
  const { media_type, gzip, expectedBytes, limits, spool } = options
  if (expectedBytes !== undefined && expectedBytes > limits.max_body_bytes) throw tooLarge(limits)
  const taken = spool.body(gzip ? undefined : expectedBytes)
  const hash = options.digested ? createHash('sha256') : undefined
  try {
    await takeAll(payload, options, (piece) => {
      if (taken.bytes + piece.length > limits.max_body_bytes) throw tooLarge(limits)
      hash?.update(piece)
      return taken.add(piece)
    })
    return { ...(await taken.end(media_type)), digest: hash?.digest('hex') }
  } catch (error) {
    await taken.discard()
    throw error
  }
}

/** Gives every piece of a body to `take`, and waits wherever that returns a promise. */
function takeAll(
  payload: Readable,
  { gzip, limits, closing }: ReceiveOptions,
  take: (piece: Uint8Array) => Promise<void> | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const gunzip = gzip ? createGunzip() : undefined
    const source = gunzip ?? payload
    const silence = setTimeout(() => refuse(tooSlow(limits)), limits.receive_timeout_seconds * 1000)
    let deadline: NodeJS.Timeout | undefined
    let received = 0

    const settle = () => {
      clearTimeout(silence)
      clearTimeout(deadline)
      closing.removeEventListener('abort', hurry)
      payload.off('data', hear).off('close', cutOff).off('error', cutOff)
      source.off('data', takePiece).off('end', end)
      if (gunzip === undefined) return
      payload.unpipe(gunzip)
      gunzip.off('error', notGzip).on('error', () => {}) // settled: what is left of it does not matter
      gunzip.destroy()
    }
    const refuse = (error: unknown) => {
      settle()
      reject(error)
    }
    const hear = (piece: Uint8Array) => {
      received += piece.length
      silence.refresh()
    }
    const takePiece = (piece: Uint8Array) => {
      try {
        const written = take(piece)
        if (written === undefined) return
        source.pause()
        written.then(() => {
          silence.refresh() // it was not the client who was slow
          source.resume()
        }, refuse)
      } catch (error) {
        refuse(error)
      }
    }
    const end = () => {
      // Gunzip passes over zeros behind the last member, and whatever comes behind those: that may be listings.
      if (gunzip !== undefined && gunzip.bytesWritten !== received) return notGzip()
      settle()
      resolve()
    }
    const cutOff = () => {
      // The last bytes of a whole body may still be on their way through gunzip.
      if (!payload.readableEnded) refuse(endedEarly())
    }
    const notGzip = () =>
      refuse(new Problem('malformed_request', 'The body is not gzip from end to end, though Content-Encoding says so'))
    const hurry = () => {
      deadline = setTimeout(() => refuse(shuttingDown()), CLOSING_PATIENCE_MS)
    }

    closing.addEventListener('abort', hurry)
    payload.on('data', hear).on('close', cutOff).on('error', cutOff)
    source.on('data', takePiece).on('end', end)
    if (gunzip !== undefined) payload.pipe(gunzip.on('error', notGzip))
  })
}

function tooLarge({ max_body_bytes }: Pick<Limits, 'max_body_bytes'>): Problem {
  return new Problem(
    'body_too_large',
    `A body has at most ${max_body_bytes} bytes, decompressed: send the listings in several imports`,
    { members: { limit: max_body_bytes } },
  )
}

function tooSlow({ receive_timeout_seconds }: Pick<Limits, 'receive_timeout_seconds'>): Problem {
  return new Problem('request_timeout', `No byte of the body came for ${receive_timeout_seconds} seconds. Nothing was stored`, {
    headers: { connection: 'close' },
  })
}
