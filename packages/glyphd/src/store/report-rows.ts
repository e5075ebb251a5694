import type { Statement } from 'better-sqlite3'
import type { Market } from '../answers/market.ts'
import { movesAfter, movesOf, type OfferChange, type OfferMove } from '../answers/price-moves.ts'
import type { ReportRows } from '../answers/report.ts'
import type { ImportRecord, RejectedRow } from '../contract/imports.ts'
import { CHANGES_OF_OFFERS, NEWEST_PIPELINE_VERSION, OTHER_PIPELINE_VERSIONS, REJECTING_IMPORTS } from './market-questions.ts'
import { importsQuery, rejectedRowsQuery } from './questions.ts'

/** Rejected rows that one report looks at, and characters of their text: a row may have a mebibyte. */
const MOST_REJECTED_ROWS = 10_000
const MOST_REJECTED_CHARACTERS = 4 * 1024 * 1024

/** What a report needs of current offers beside the market: remembered with it, and so at most as old. */
type OfferFacts = Pick<ReportRows, 'now' | 'moves' | 'pipelineVersionAt'>

/** Loads what a report is made of. */
export function reportReader(prepared: (sql: string) => Statement): (market: Market, limit: number) => ReportRows {
  const remembered = new WeakMap<Market, OfferFacts>()

  function factsOf(market: Market): OfferFacts {
    const known = remembered.get(market)
    if (known !== undefined) return known
    const now = new Date().toISOString()
    const facts = { now, moves: moves(market, now), pipelineVersionAt: pipelineVersions() }
    remembered.set(market, facts)
    return facts
  }

  function moves(market: Market, now: string): OfferMove[] {
    const changes = prepared(CHANGES_OF_OFFERS).iterate({ changed_after: movesAfter(now) }) as Iterable<OfferChange>
    return movesOf(changes, market)
  }

  /** Nearly all listings say the same as the one stored last: only the others are remembered one by one. */
  function pipelineVersions(): ReportRows['pipelineVersionAt'] {
    const usual = prepared(NEWEST_PIPELINE_VERSION).pluck().get() as string | null | undefined
    const others = new Map<number, string | undefined>()
    const texts = new Map<string, string>() // few, though every row brings its own copy
    for (const row of prepared(OTHER_PIPELINE_VERSIONS)
      .raw()
      .iterate({ usual: usual ?? null })) {
      const [position, text] = row as [number, string | null]
      if (text !== null && !texts.has(text)) texts.set(text, text)
      others.set(position, text === null ? undefined : texts.get(text))
    }
    return (position) => (others.has(position) ? others.get(position) : (usual ?? undefined))
  }

  /** The rejected rows of these imports, until one has seen enough of them. */
  function* rejectedRows(imports: readonly ImportRecord[]): Generator<RejectedRow, void, undefined> {
    let rows = 0
    let characters = 0
    for (const { import_id } of imports) {
      const { sql, values } = rejectedRowsQuery({ about: 'rejected_rows', import_id, limit: MOST_REJECTED_ROWS })
      for (const found of prepared(sql).iterate(values)) {
        const { rejection } = found as { rejection: string }
        rows += 1
        characters += rejection.length
        if (rows > MOST_REJECTED_ROWS || characters > MOST_REJECTED_CHARACTERS) return
        yield JSON.parse(rejection)
      }
    }
  }

  return (market, limit) => {
    const { sql, values } = importsQuery({ about: 'imports', undone: true, limit }, undefined)
    const imports = prepared(sql).all(values) as (ImportRecord & { undone_at: string | null })[]
    const rejecting = prepared(REJECTING_IMPORTS).all({ limit }) as ImportRecord[]
    return {
      ...factsOf(market),
      market,
      listing_count: Number(
        prepared('select coalesce(sum(record_count), 0) from imports where undone_at is null').pluck().get(),
      ),
      imports: imports.map(({ undone_at, ...record }) => (undone_at === null ? record : { ...record, undone_at })),
      rejecting,
      rejected_rows: rejectedRows(rejecting),
    }
  }
}
