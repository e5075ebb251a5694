import type { SieveResult } from '../contract/raw-listings.ts'
import type { ReceivedBody } from '../ingest/received-body.ts'
import type { Spool, SpooledBody } from '../ingest/spool.ts'
import { Problem } from '../problem.ts'
import { Thread } from '../store/thread.ts'
import type { RawListingsOptions, Sieved, SieveRequest, SieveSettings } from './sieve-body.ts'

/** Requests that may wait for a thread behind the one that it serves: each holds a body. */
const WAITING = 8

/**
 * glyphsieve on threads of its own: one for titles, which wait for no body, and one for raw listings. Each starts with the first
 * request for it, and a new one with the first after its death.
 */
export class Sieve {
  readonly #matcher: Thread<ReceivedBody, Uint8Array<ArrayBuffer>>
  readonly #sieve: Thread<SieveRequest, Sieved>
  readonly #spool: Spool
  readonly #running = new Set<Promise<unknown>>()
  #closed: Promise<void> | undefined

  /** `spool` is where accepted listings wait to be stored. */
  constructor(settings: SieveSettings, spool: Spool) {
    this.#spool = spool
    // Entries of threads are the compiled files, as those of a store.
    this.#matcher = new Thread(new URL('./match-thread.js', import.meta.url), settings, stopped)
    this.#sieve = new Thread(new URL('./sieve-thread.js', import.meta.url), settings, stopped)
  }

  /** JSON text of what the titles of a body sell. Takes over its chunks and reads its file until the promise is settled. */
  match(body: ReceivedBody): Promise<Uint8Array> {
    return this.#call(this.#matcher, body, body)
  }

  /**
   * Takes a body of raw listings to one of scored listings, in a file, and says what became of its rows. Takes the body as `match`
   * does. Release the new one in the end.
   *
   * @throws Problem if the body cannot be read on, or has too many rows.
   */
  async sieve(body: ReceivedBody, options: RawListingsOptions): Promise<SpooledBody & { result: SieveResult }> {
    const file = await this.#spool.file()
    const release = () => file.close()
    try {
      const { bytes, result } = await this.#call(this.#sieve, { body, options, output: file.fd }, body)
      return { body: { media_type: 'application/x-ndjson', bytes, chunks: [], file: file.fd }, result, release }
    } catch (error) {
      await release()
      throw error
    }
  }

  /** Lets what is under way finish, then ends the threads. */
  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #call<Input, Value>(thread: Thread<Input, Value>, request: Input, { chunks }: ReceivedBody): Promise<Value> {
    if (this.#closed !== undefined) {
      throw new Problem('shutting_down', 'The daemon is shutting down: send it again', { headers: { 'retry-after': '5' } })
    }
    if (thread.load > WAITING) {
      throw new Problem('queue_full', 'Too many bodies wait for glyphsieve: send it again', { headers: { 'retry-after': '5' } })
    }
    const answered = thread.call(request, chunks)
    this.#running.add(answered)
    try {
      return await answered
    } finally {
      this.#running.delete(answered)
    }
  }

  async #close(): Promise<void> {
    await Promise.allSettled(this.#running)
    await Promise.all([this.#matcher.stop(), this.#sieve.stop()])
  }
}

function stopped(): Problem {
  const detail = 'glyphsieve stopped before it had read this. Nothing was stored; send it again'
  return new Problem('sieve_unavailable', detail, { headers: { 'retry-after': '1' } })
}
