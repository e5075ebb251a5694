import type { Market } from '../answers/market.ts'
import { movesAfter, movesOf, type OfferMove } from '../answers/price-moves.ts'
import type { ReportRows } from '../answers/report.ts'
import type { ImportRecord, RejectedRow } from '../contract/imports.ts'
import { type Asking, firstValue, objectsOf, rowsOf, takeFrom } from './asking.ts'
import type { Dialect } from './dialect.ts'
import * as SQL from './market-questions.ts'
import { importsQuery, rejectedRowsQuery } from './questions.ts'

/** Rejected rows that one report looks at, and characters of their text: a row may have a mebibyte. */
const MOST_REJECTED_ROWS = 10_000
const MOST_REJECTED_CHARACTERS = 4 * 1024 * 1024

/** What a report needs of current offers beside the market: remembered with it, and so at most as old. */
type OfferFacts = Pick<ReportRows, 'now' | 'moves' | 'pipelineVersionAt'>

type ChangeRow = readonly [
  position: number,
  seen_at: string,
  seen_before: string,
  price: number,
  price_before: number,
  currency: string,
]

/** Loads what a report is made of. */
export function reportReader(dialect: Dialect): (market: Market, limit: number) => Asking<ReportRows> {
  const remembered = new WeakMap<Market, OfferFacts>()

  function* factsOf(market: Market): Asking<OfferFacts> {
    const known = remembered.get(market)
    if (known !== undefined) return known
    const now = new Date().toISOString()
    const facts = { now, moves: yield* moves(market, now), pipelineVersionAt: yield* pipelineVersions() }
    remembered.set(market, facts)
    return facts
  }

  function* moves(market: Market, now: string): Asking<OfferMove[]> {
    const rows = yield* rowsOf<ChangeRow>(SQL.CHANGES_OF_OFFERS, { changed_after: movesAfter(now) })
    const changes = rows.map(([position, seen_at, seen_before, price, price_before, currency]) => {
      return { position, seen_at, seen_before, price, price_before, currency }
    })
    return movesOf(changes, market)
  }

  /** Nearly all listings say the same as the one stored last: only the others are remembered one by one. */
  function* pipelineVersions(): Asking<ReportRows['pipelineVersionAt']> {
    const usual = (yield* firstValue<string | null>(SQL.newestPipelineVersion(dialect))) ?? null
    const others = new Map<number, string | undefined>()
    const texts = new Map<string, string>() // few, though every row brings its own copy
    const query = { sql: SQL.otherPipelineVersions(dialect), values: { usual } }
    yield* takeFrom<readonly [number, string | null]>(query, ([position, text]) => {
      if (text !== null && !texts.has(text)) texts.set(text, text)
      others.set(position, text === null ? undefined : texts.get(text))
      return true
    })
    return (position) => (others.has(position) ? others.get(position) : (usual ?? undefined))
  }

  /** The rejected rows of these imports as JSON, until one has seen enough of them. */
  function* rejectedRows(imports: readonly ImportRecord[]): Asking<string[]> {
    const found: string[] = []
    let characters = 0
    const isEnough = () => found.length >= MOST_REJECTED_ROWS || characters > MOST_REJECTED_CHARACTERS
    for (const { import_id } of imports) {
      const query = rejectedRowsQuery(dialect, { about: 'rejected_rows', import_id, limit: MOST_REJECTED_ROWS })
      yield* takeFrom<readonly [row: number, rejection: string]>(query, ([, rejection]) => {
        characters += rejection.length
        if (!isEnough()) found.push(rejection)
        return !isEnough()
      })
      if (isEnough()) break
    }
    return found
  }

  return function* (market, limit) {
    const query = importsQuery(dialect, { about: 'imports', undone: true, limit }, undefined)
    const imports = yield* objectsOf<ImportRecord & { undone_at: string | null }>(query)
    const rejecting = yield* objectsOf<ImportRecord>({ sql: SQL.rejectingImports(dialect), values: { limit } })
    return {
      ...(yield* factsOf(market)),
      market,
      listing_count: (yield* firstValue<number>(SQL.LISTING_COUNT)) ?? 0,
      imports: imports.map(({ undone_at, ...record }) => (undone_at === null ? record : { ...record, undone_at })),
      rejecting,
      rejected_rows: parsed(yield* rejectedRows(rejecting)),
    }
  }
}

/** One at a time: they are counted, and take several times as much memory as their texts. */
function* parsed(rejections: readonly string[]): Generator<RejectedRow, void, undefined> {
  for (const rejection of rejections) yield JSON.parse(rejection)
}
