import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'vitest'
import type { Random } from '../../glyphsieve/dist/random.js'
import type { StorageEngine } from '../dist/index.js'
import { Problem } from '../dist/problem.js'
import { contradictions } from './contradictions.ts'
import { bodyOf, listing } from './listings.ts'
import { rowsIn } from './postgres-stores.ts'

const SIZES = [1, 1, 2, 10, 100, 300, 1000, 5000]
/** Listings of an import that have an offer key: to check many offers takes long. */
const OFFERS = 5
/** As long as a client that was refused waits, who is in a hurry. */
const PAUSE_MS = 100

/** One import, by whatever way it goes: what was answered, of which a refusal has a code. */
export type Send = (
  rows: unknown[],
  key: string | undefined,
) => Promise<{ import_id?: unknown; code?: unknown; detail?: unknown }>

/** An import that a client wants to be stored, whatever it takes. */
interface Wanted {
  source: string
  size: number
  key: string | undefined
  /** What it was acknowledged as. */
  import_id: unknown
  /** It has no key, and nobody could say whether it was stored. */
  isUnknown: boolean
}

/** Sends an import to an engine. */
export function sendTo(store: StorageEngine): Send {
  return async (rows, key) => {
    const idempotency = key === undefined ? {} : { idempotency: { key, fingerprint: key } }
    try {
      return (await store.import(bodyOf(rows), { handling: 'strict', ...idempotency })).result
    } catch (error) {
      if (error instanceof Problem) return { code: error.code, detail: error.message }
      throw error
    }
  }
}

/** Posts an import to a daemon. */
export function postTo(url: string): Send {
  return async (rows, key) => {
    const headers = { 'content-type': 'application/json', ...(key !== undefined && { 'idempotency-key': key }) }
    const response = await fetch(`${url}/api/persist/listings`, { method: 'POST', headers, body: JSON.stringify(rows) })
    if (response.status === 503) expect(response.headers.get('retry-after')).toMatch(/^\d+$/)
    return JSON.parse(await response.text())
  }
}

/** Imports that are under way while something fails, and what the store must hold of them afterwards. */
export class Underway {
  readonly #random: Random
  readonly #wanted: Wanted[] = []

  constructor(random: Random) {
    this.#random = random
  }

  /** How many were acknowledged. */
  get acknowledged(): number {
    return this.#wanted.filter(({ import_id }) => import_id !== undefined).length
  }

  /**
   * Sends so many imports at once, some of them with keys, and each again until it is acknowledged: with its key, or where the answer is
   * that nothing was stored.
   */
  async send(count: number, ways: readonly Send[]): Promise<void> {
    const wanted = Array.from({ length: count }, () => this.#draw())
    this.#wanted.push(...wanted)
    await Promise.all(wanted.map((one) => this.#sendUntilStored(one, ways)))
  }

  #draw(): Wanted {
    const source = `source ${this.#wanted.length} ${this.#random.below(1e6)}`
    const key = this.#random.chance(0.5) ? source : undefined
    return { source, size: this.#random.pick(SIZES), key, import_id: undefined, isUnknown: false }
  }

  async #sendUntilStored(wanted: Wanted, ways: readonly Send[]): Promise<void> {
    const { source, size, key } = wanted
    const rows = Array.from({ length: size }, (_, index) => {
      const offer = index < OFFERS ? { listing_source: 'shop', listing_id: `${source} ${index}` } : {}
      return listing({ model: source, price: index + 1, ...offer })
    })
    for (;;) {
      const { import_id, code, detail } = await this.#random.pick(ways)(rows, key)
      if (import_id !== undefined && code === undefined) {
        wanted.import_id = import_id
        return
      }
      if (code === 'outcome_unknown') {
        expect(import_id ?? detail).toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-7/)
        if (key === undefined) {
          wanted.isUnknown = true
          return
        }
      } else if (code !== 'idempotency_key_in_use')
        expect([code, detail]).toEqual([
          expect.stringMatching(/^store_|^queue_full|^waited/),
          expect.stringMatching(/Nothing was/),
        ])
      await delay(PAUSE_MS)
    }
  }

  /** Expects that every acknowledged import is there once and whole, and each of unknown outcome once and whole or not at all. */
  async verify(db: string): Promise<void> {
    const stored = await rowsIn(
      db,
      `select i.import_id, i.first_model as source, i.record_count as size, count(g.import_id)::int as listings
       from imports i left join gpu_listings g using (import_id) group by i.import_id, i.first_model, i.record_count`,
    )
    const bySource = new Map(stored.map(({ source, ...rest }) => [source, rest]))
    expect(bySource.size, 'imports of different sources').toBe(stored.length)
    for (const { source, size, import_id, isUnknown } of this.#wanted) {
      const found = bySource.get(source)
      if (found === undefined && isUnknown) continue
      expect(found, source).toEqual({ import_id: import_id ?? found?.['import_id'], size, listings: size })
      bySource.delete(source)
    }
    expect([...bySource.keys()], 'imports that nobody sent').toEqual([])
    expect(await contradictions(db)).toEqual([])
  }
}
