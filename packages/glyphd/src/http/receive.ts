import type { Readable } from 'node:stream'
import type { Limits } from '../contract.ts'
import { Problem } from '../problem.ts'
import { shuttingDown } from './problem.ts'

const CHUNK_BYTES = 256 * 1024
/** How long the rest of a body may take once the daemon shuts down. */
const CLOSING_PATIENCE_MS = 2000

/** Bytes in memory of their own, which can be given to a thread. */
export interface ReceivedBytes {
  chunks: ArrayBuffer[]
  bytes: number
}

export interface ReceiveOptions {
  /** Content-Length, where there is one. */
  expectedBytes: number | undefined
  limits: Pick<Limits, 'max_body_bytes' | 'receive_timeout_seconds'>
  /** Aborted when the daemon shuts down: what is on its way may still arrive, but nothing more is waited for. */
  closing: AbortSignal
}

/**
 * Receives a body whole. Copies it, because what a socket hands out shares its memory with other buffers.
 *
 * @throws Problem if the body is too large, comes too slowly, or not to its end.
 */
export function receive(payload: Readable, { expectedBytes, limits, closing }: ReceiveOptions): Promise<ReceivedBytes> {
  return new Promise((resolve, reject) => {
    const received = gather(expectedBytes)
    const silence = setTimeout(() => refuse(tooSlow(limits)), limits.receive_timeout_seconds * 1000)
    let deadline: NodeJS.Timeout | undefined

    const settle = () => {
      clearTimeout(silence)
      clearTimeout(deadline)
      closing.removeEventListener('abort', hurry)
      payload.off('data', take).off('end', end).off('close', cutOff).off('error', cutOff)
    }
    const refuse = (problem: Problem) => {
      settle()
      reject(problem)
    }
    const take = (bytes: Uint8Array) => {
      silence.refresh()
      received.add(bytes)
      if (received.bytes > limits.max_body_bytes) refuse(tooLarge(limits))
    }
    const end = () => {
      settle()
      resolve({ chunks: received.chunks(), bytes: received.bytes })
    }
    const cutOff = () => refuse(new Problem('malformed_request', 'The body ended before its end'))
    const hurry = () => {
      deadline = setTimeout(() => refuse(shuttingDown()), CLOSING_PATIENCE_MS)
    }

    if (expectedBytes !== undefined && expectedBytes > limits.max_body_bytes) return refuse(tooLarge(limits))
    closing.addEventListener('abort', hurry)
    payload.on('data', take).on('end', end).on('close', cutOff).on('error', cutOff)
  })
}

/** Copies bytes into chunks of one size, the last one no longer than it needs to be. */
function gather(expectedBytes: number | undefined) {
  const full: ArrayBuffer[] = []
  let chunk = new Uint8Array(0)
  let used = 0
  let bytes = 0

  function add(piece: Uint8Array): void {
    for (let from = 0; from < piece.length; ) {
      if (used === chunk.length) {
        if (used > 0) full.push(chunk.buffer)
        chunk = new Uint8Array(Math.min(CHUNK_BYTES, (expectedBytes ?? Number.POSITIVE_INFINITY) - bytes))
        used = 0
      }
      const part = piece.subarray(from, from + chunk.length - used)
      chunk.set(part, used)
      used += part.length
      bytes += part.length
      from += part.length
    }
  }

  return {
    add,
    chunks: () => (used === 0 ? full : [...full, used === chunk.length ? chunk.buffer : chunk.buffer.slice(0, used)]),
    get bytes() {
      return bytes
    },
  }
}

function tooLarge({ max_body_bytes }: Pick<Limits, 'max_body_bytes'>): Problem {
  return new Problem('body_too_large', `A body has at most ${max_body_bytes} bytes: send the listings in several imports`, {
    members: { limit: max_body_bytes },
  })
}

function tooSlow({ receive_timeout_seconds }: Pick<Limits, 'receive_timeout_seconds'>): Problem {
  return new Problem('request_timeout', `No byte of the body came for ${receive_timeout_seconds} seconds. Nothing was stored`, {
    headers: { connection: 'close' },
  })
}
