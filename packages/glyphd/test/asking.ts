import fc from 'fast-check'
import { expect, inject } from 'vitest'
import type { StoredListing } from '../dist/index.js'
import { Problem } from '../dist/index.js'
import { contradictions } from './contradictions.ts'
import { type Daemon, startDaemon } from './daemon.ts'
import { bodyOf } from './listings.ts'
import {
  CANONICAL_URLS,
  isSuspicious,
  type NaiveImport,
  type SentListing,
  snapshotsIn,
  storedListing,
  type World,
  worldOf,
} from './naive.ts'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000

/** A daemon, and all that was done to it. */
export interface Asked {
  daemon: Daemon
  imports: NaiveImport[]
}

/** An import as a test draws it. Rows that are no listings are null. */
export interface DrawnImport {
  rows: (SentListing | null)[]
  manner: 'strict' | 'lenient' | 'complete' | 'forced'
}

/** Something that changes a store. */
export type Command = { imports: DrawnImport[] } | { undo: number }

/** Times of observations: few, so that many meet, old and new, and none near the edge of what is current. */
export const TIMES = [31, 20.5, 16, 14.5, 13.5, 10, 6, 3, 2, 1, 0.5, -1.5].map((days) =>
  new Date(Math.floor(Date.now() / HOUR_MS) * HOUR_MS - days * DAY_MS).toISOString(),
)

const IDENTITIES: Partial<SentListing>[] = [
  { listing_source: 'alpha', listing_id: '1' },
  { listing_source: 'alpha', listing_id: '2' },
  { listing_source: 'alpha', listing_id: '3' },
  { listing_source: 'beta', listing_id: '1' },
  { listing_source: 'beta', listing_id: '2', source_url: 'https://shop.example/card' },
  { listing_source: 'alpha' },
  {},
]
const URLS: Partial<SentListing>[] = Object.keys(CANONICAL_URLS).map((source_url) => ({ source_url }))

export const PRICES = [100, 104, 110, 121, 500]
export const MODELS = ['RTX_3060', 'V100', 'NO_SUCH_CARD']
const TITLES = ['EVGA RTX 3060 XC 12GB', 'rtx 3060 ti evga', 'Tesla V100 PCIe', 'STRASSE straße 12', 'Ä€%_ "card"']

/** Members, most of them as most others have them, so that observations often agree. */
const members = fc.record(
  {
    model: fc.oneof({ weight: 6, arbitrary: fc.constant('RTX_3060') }, { weight: 2, arbitrary: fc.constantFrom(...MODELS) }),
    price: fc.constantFrom(100, 100, ...PRICES),
    score: fc.constantFrom(0.1, 0.5, 0.5, 0.9),
    seen_at: fc.constantFrom(...TIMES),
    vram_gb: fc.constantFrom(12, 12, 12, 24),
    currency: fc.constantFrom('USD', 'USD', 'USD', 'EUR'),
    price_usd: fc.constantFrom(100, 107),
    condition: fc.constantFrom('used' as const, 'used' as const, 'new' as const, 'for_parts' as const),
    seller: fc.constantFrom('ann', 'ann', 'bob'),
    region: fc.constantFrom('DE', 'US'),
    quantity: fc.constantFrom(0, 3, 3),
    match_score: fc.constantFrom(0.5, 0.9, 1),
    title: fc.constantFrom(...TITLES),
  },
  { requiredKeys: ['model', 'price', 'score'] },
)

/** The same card with the same members but those that a market is about, so that most rows are observations that can be compared. */
const plain = fc.record(
  { price: fc.constantFrom(...PRICES), seen_at: fc.constantFrom(...TIMES), quantity: fc.constantFrom(0, 3) },
  { requiredKeys: ['price', 'seen_at'] },
)
const identity = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...IDENTITIES) },
  { weight: 1, arbitrary: fc.constantFrom(...URLS).chain((url) => fc.constantFrom(url, { ...url, listing_source: 'beta' })) },
)
/** One offer, at few times and prices, so that observations come late, agree, and contradict each other. */
const dense = fc.record({
  listing_source: fc.constant('alpha'),
  listing_id: fc.constant('1'),
  model: fc.constant('RTX_3060'),
  score: fc.constant(0.5),
  price: fc.constantFrom(100, 100, 110),
  seen_at: fc.constantFrom(...TIMES.slice(3, 8)),
})
const row: fc.Arbitrary<SentListing> = fc.oneof(
  dense,
  fc.tuple(identity, members).map(([of, rest]) => ({ ...rest, ...of })),
  fc.tuple(identity, plain).map(([of, rest]) => ({ model: 'RTX_3060', score: 0.5, ...rest, ...of })),
)

const rows = fc.oneof(fc.array(row, { minLength: 1, maxLength: 3 }), fc.array(row, { minLength: 4, maxLength: 14 }))

/** Everything that a source offers, seen at one time. */
const crawl = fc
  .tuple(fc.constantFrom('alpha', 'beta'), fc.constantFrom(...TIMES), fc.array(row, { minLength: 1, maxLength: 5 }))
  .map(([listing_source, seen_at, offered]) => offered.map((one) => ({ ...one, listing_source, seen_at })))

const drawnImport: fc.Arbitrary<DrawnImport> = fc.oneof(
  { weight: 5, arbitrary: rows.map((rows): DrawnImport => ({ rows, manner: 'strict' })) },
  {
    weight: 1,
    arbitrary: fc
      .array(fc.option(row, { freq: 3 }), { minLength: 1, maxLength: 5 })
      .map((rows): DrawnImport => ({ rows, manner: 'lenient' })),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.oneof({ weight: 4, arbitrary: crawl }, { weight: 1, arbitrary: rows }), fc.constantFrom('complete', 'forced'))
      .map(([rows, manner]): DrawnImport => ({ rows, manner: manner === 'forced' ? 'forced' : 'complete' })),
  },
)

export const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 5, arbitrary: drawnImport.map((one): Command => ({ imports: [one] })) },
  { weight: 1, arbitrary: fc.array(drawnImport, { minLength: 2, maxLength: 4 }).map((imports): Command => ({ imports })) },
  { weight: 3, arbitrary: fc.nat({ max: 1000 }).map((undo): Command => ({ undo })) },
)

export function worldNow({ imports }: Asked): World {
  return worldOf(imports)
}

/** Does to the daemon what the command says, and holds what came of it against the naive model, which learns it, too. */
export async function perform(asked: Asked, what: Command): Promise<void> {
  if ('undo' in what) await undo(asked, what.undo)
  else await importAll(asked, what.imports)
}

async function undo({ daemon, imports }: Asked, which: number): Promise<void> {
  const live = imports.filter(({ undone }) => !undone)
  const one = live[which % live.length]
  if (one === undefined) return
  expect(await daemon.store.undo(one.import_id)).toMatchObject({ record_count: one.listings.length })
  one.undone = true
}

/** Sends imports together: those that wait for the writer share a transaction. */
async function importAll(asked: Asked, drawn: readonly DrawnImport[]): Promise<void> {
  const sent = drawn.map(({ rows, manner }) => {
    const body = bodyOf(rows)
    const complete = manner === 'complete' || manner === 'forced' ? { complete: { force: manner === 'forced' } } : {}
    return asked.daemon.store.import(body, { handling: manner === 'lenient' ? 'lenient' : 'strict', ...complete })
  })
  const outcomes = await Promise.allSettled(sent)
  for (const [index, { rows, manner }] of drawn.entries()) {
    const outcome = outcomes[index]
    const expected = refusalOf(worldNow(asked), { rows, manner })
    if (outcome?.status !== 'fulfilled') {
      expect(outcome?.reason).toBeInstanceOf(Problem)
      expect(outcome?.reason.code).toBe(expected)
      continue
    }
    const { import_id, timestamp, record_count } = outcome.value.result
    const listings = listingsOf(rows, { import_id, timestamp })
    expect({ refused: undefined, record_count }).toEqual({ refused: expected, record_count: listings.length })
    const snapshots = manner === 'complete' || manner === 'forced' ? snapshotsIn(listings) : []
    asked.imports.push({ import_id, listings, snapshots, undone: false })
  }
}

function listingsOf(rows: DrawnImport['rows'], given: { import_id: string; timestamp: string }): StoredListing[] {
  return rows.flatMap((sent, index) => (sent === null ? [] : [storedListing(sent, { ...given, index })]))
}

/** Why an import is not stored, as a code. */
function refusalOf(world: World, { rows, manner }: DrawnImport): string | undefined {
  const listings = listingsOf(rows, { import_id: '', timestamp: new Date().toISOString() })
  if (listings.length === 0) return 'invalid_listings'
  if (manner !== 'complete' && manner !== 'forced') return undefined
  if (listings.every(({ listing_source }) => listing_source === undefined)) return 'no_source'
  return manner === 'complete' && isSuspicious(world, listings) ? 'suspicious_snapshot' : undefined
}

/** Runs over one store, which every run leaves empty; after one that failed, the next gets a new one. */
export async function holds<T>(
  drawn: fc.Arbitrary<T>,
  numRuns: number,
  run: (asked: Asked, what: T) => Promise<void>,
): Promise<void> {
  const rounds = inject('fuzz_rounds')
  let kept: Asked | undefined
  await fc.assert(
    fc.asyncProperty(drawn, async (what) => {
      const asked = kept ?? { daemon: await startDaemon(), imports: [] }
      kept = undefined
      await run(asked, what)
      expect(await contradictions(asked.daemon.db)).toEqual([])
      await undoAll(asked)
      kept = asked
    }),
    // A slow machine runs fewer of them; and what fails is told, however far it was made smaller by then.
    { numRuns: Math.ceil(numRuns * rounds * inject('drawn_share')), interruptAfterTimeLimit: rounds === 1 ? 20_000 : 500_000 },
  )
}

/** Takes back every import, after which nothing is left of any offer. */
async function undoAll({ daemon, imports }: Asked): Promise<void> {
  for (const { import_id, undone } of imports) if (!undone) await daemon.store.undo(import_id)
  imports.length = 0
  const tables = ['gpu_listings', 'offers', 'price_periods', 'price_changes', 'snapshots']
  for (const table of inject('engine') === 'sqlite' ? [...tables, 'earlier_observations'] : tables) {
    expect([table, await daemon.rows(`select count(*) as left_over from ${table}`)]).toEqual([table, [{ left_over: 0 }]])
  }
}
