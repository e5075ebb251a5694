import { CATALOG_VERSION } from 'glyphsieve/stages'
import type { ImportRecord, RejectedRow, RowErrorCode } from '../contract/imports.ts'
import type { StoredListing } from '../contract/listings.ts'
import type { MarketGroup } from '../contract/market.ts'
import type { RefusedRows, Report, ReportOffer } from '../contract/report.ts'
import { VERSION } from '../version.ts'
import { type Market, type OfferMark, whyUnranked } from './market.ts'
import { at } from './offers.ts'
import type { OfferMove } from './price-moves.ts'

/** What the store gives for a report. */
export interface ReportRows {
  /** UTC with milliseconds. */
  now: string
  market: Market
  /** `pipeline_version` of the listing at a position; undefined: it does not say. */
  pipelineVersionAt: (position: number) => string | undefined
  moves: readonly OfferMove[]
  listing_count: number
  /** Newest first. */
  imports: ImportRecord[]
  /** The last imports that left rows out, newest first. */
  rejecting: readonly Pick<ImportRecord, 'rejected_count'>[]
  /** Rows that these left out, in the same order: as many as one can look at. */
  rejected_rows: Iterable<RejectedRow>
}

export interface ReportRequest {
  /** Most rows in each section. */
  limit: number
  /** Whether to show what rankings leave out. */
  include_all: boolean
}

/** A report as long as only the places of its listings in the store are known. */
export interface RankedReport extends Omit<Report, 'best_value' | 'below_fair_price' | 'biggest_moves'> {
  best_value: Ranked<Report['best_value'], OfferMark>
  below_fair_price: Ranked<Report['below_fair_price'], OfferMark>
  biggest_moves: Ranked<Report['biggest_moves'], OfferMove>
}
type Ranked<Section, Item> = Omit<Section, 'items'> & { items: Item[] }

/** The market in one page. Of offers that a ranking finds equal, the one stored first comes first. */
export function rankedReport(rows: ReportRows, { limit, include_all }: ReportRequest): RankedReport {
  const { market, pipelineVersionAt } = rows
  const marks = [...market.marks.values()]
  const reasonOf = (mark: OfferMark): string | undefined => (include_all ? undefined : whyUnranked(mark)[0])

  const pipelines = pipelinesOf(marks, { pipelineVersionAt, reasonOf })
  const version = commonVersion(pipelines.values())
  const isOther = ({ offer }: OfferMark) => pipelines.get(pipelineVersionAt(offer.position))?.score_version !== version
  const best = ranked(marks, (mark) => reasonOf(mark) ?? (isOther(mark) ? 'other_version' : undefined))
  const below = ranked(
    marks.filter(({ price_to_fair = 1 }) => price_to_fair < 1),
    reasonOf,
  )
  const moves = ranked(rows.moves, ({ mark }) => (mark.suspect && !include_all ? 'suspect' : undefined))
  const thin = market.groups.filter((group) => group.withheld !== undefined && group.offer_count > 0)
  const made = firstOf(pipelines.values(), limit, (a, b) => b.offers - a.offers)
  return {
    generated_at: rows.now,
    counts: {
      listings: rows.listing_count,
      current_offers: marks.length,
      ranked_offers: marks.reduce((count, mark) => count + Number(whyUnranked(mark).length === 0), 0),
      models: new Set(marks.map(({ offer }) => offer.model)).size,
      sources: new Set(marks.map(({ offer }) => offer.listing_source).filter((source) => source !== null)).size,
    },
    best_value: {
      ...(version !== undefined && { score_version: version }),
      ...best.counts,
      items: firstOf(best.stay, limit, byScore),
    },
    below_fair_price: { ...below.counts, items: firstOf(below.stay, limit, byPriceToFair) },
    biggest_moves: { ...moves.counts, items: firstOf(moves.stay, limit, byMove) },
    thin_markets: { group_count: thin.length, items: firstOf(thin, limit, byOffers) },
    last_imports: rows.imports.slice(0, limit),
    refused: refusedRows(rows),
    versions: {
      glyphd: VERSION,
      catalog: CATALOG_VERSION,
      pipeline_count: pipelines.size,
      pipelines: made.map(({ pipeline_version, offers }) => ({
        ...(pipeline_version !== undefined && { pipeline_version }),
        offer_count: offers,
      })),
    },
  }
}

/** The positions whose listings the report needs. */
export function rankedPositions({ best_value, below_fair_price, biggest_moves }: RankedReport): number[] {
  const marks = [...best_value.items, ...below_fair_price.items, ...biggest_moves.items.map(({ mark }) => mark)]
  return [...new Set(marks.map(({ offer }) => offer.position))]
}

/** The report with the listings in the place of their positions. */
export function reportAnswer(ranked: RankedReport, listings: ReadonlyMap<number, StoredListing>): Report {
  const { best_value, below_fair_price, biggest_moves } = ranked
  const shown = (mark: OfferMark) => shownOffer(mark, at(listings, mark.offer.position))
  return {
    ...ranked,
    best_value: { ...best_value, items: best_value.items.map(shown) },
    below_fair_price: { ...below_fair_price, items: below_fair_price.items.map(shown) },
    biggest_moves: { ...biggest_moves, items: biggest_moves.items.map(({ mark, move }) => ({ ...shown(mark), ...move })) },
  }
}

/** What made offers, and how many. */
interface Pipeline {
  pipeline_version: string | undefined
  score_version: string | undefined
  offers: number
  /** Of these, those that nothing keeps out of rankings, and the position of the one stored last. */
  considered: number
  newest: number
}

/** Every `pipeline_version` of the offers, and none. */
function pipelinesOf(
  marks: readonly OfferMark[],
  { pipelineVersionAt, reasonOf }: Pick<ReportRows, 'pipelineVersionAt'> & { reasonOf: (mark: OfferMark) => unknown },
): Map<string | undefined, Pipeline> {
  const pipelines = new Map<string | undefined, Pipeline>()
  for (const mark of marks) {
    const { position } = mark.offer
    const pipeline_version = pipelineVersionAt(position)
    let pipeline = pipelines.get(pipeline_version)
    if (pipeline === undefined) {
      const score_version = scoreVersion(pipeline_version)
      pipeline = { pipeline_version, score_version, offers: 0, considered: 0, newest: -1 }
      pipelines.set(pipeline_version, pipeline)
    }
    pipeline.offers++
    if (reasonOf(mark) !== undefined) continue
    pipeline.considered++
    pipeline.newest = Math.max(pipeline.newest, position)
  }
  return pipelines
}

/** The version of the score that made a listing, as the end of its `pipeline_version` says; undefined: nothing says it. */
export function scoreVersion(pipeline_version: string | undefined): string | undefined {
  return pipeline_version?.split(';').at(-1)?.trim() || undefined
}

/** The version of the score that most offers have which nothing keeps out; of several, that of the offer stored last. */
function commonVersion(pipelines: Iterable<Pipeline>): string | undefined {
  const versions = new Map<string | undefined, { considered: number; newest: number }>()
  for (const { score_version, considered, newest } of pipelines) {
    if (considered === 0) continue
    const known = versions.get(score_version) ?? { considered: 0, newest: -1 }
    versions.set(score_version, { considered: known.considered + considered, newest: Math.max(known.newest, newest) })
  }
  const [most] = firstOf(versions, 1, ([, a], [, b]) => b.considered - a.considered || b.newest - a.newest)
  return most?.[0]
}

/** What nothing leaves out, and how many each reason does. */
function ranked<T>(offers: readonly T[], reasonOf: (offer: T) => string | undefined) {
  const left_out: Record<string, number> = {}
  const stay = offers.filter((offer) => {
    const reason = reasonOf(offer)
    if (reason !== undefined) left_out[reason] = (left_out[reason] ?? 0) + 1
    return reason === undefined
  })
  return { stay, counts: { offer_count: stay.length, left_out } }
}

/** Counts what is wrong with rows; each row once for every code that it has. */
function refusedRows({ rejecting, rejected_rows }: ReportRows): RefusedRows {
  const reasons = new Map<RowErrorCode, RefusedRows['reasons'][number]>()
  let counted_rows = 0
  for (const { errors } of rejected_rows) {
    counted_rows++
    for (const code of new Set(errors.map((error) => error.code))) {
      const known = reasons.get(code)
      if (known !== undefined) {
        known.rows++
        continue
      }
      const { pointer = '', message = '' } = errors.find((error) => error.code === code) ?? {}
      const place = pointer.split('/').slice(2).join('/') // without the row
      reasons.set(code, { code, rows: 1, example: place === '' ? message : `${place}: ${message}` })
    }
  }
  return {
    import_count: rejecting.length,
    rejected_count: rejecting.reduce((sum, { rejected_count }) => sum + rejected_count, 0),
    counted_rows,
    reasons: [...reasons.values()].sort((a, b) => b.rows - a.rows || byText(a.code, b.code)),
  }
}

function shownOffer(mark: OfferMark, { id, title, seller, listing_source, source_url, seen_at }: StoredListing): ReportOffer {
  const { offer, price_to_fair } = mark
  const { model, vram_gb, condition, price, currency, price_usd, lot_size, score } = offer
  const marks = whyUnranked(mark)
  return {
    id,
    model,
    ...(vram_gb !== null && { vram_gb }),
    ...(condition !== null && { condition }),
    price,
    currency,
    ...(price_usd !== null && { price_usd }),
    ...(lot_size > 1 && { lot_size }),
    score,
    ...(price_to_fair !== undefined && { price_to_fair }),
    ...(title !== undefined && { title }),
    ...(seller !== undefined && { seller }),
    ...(listing_source !== undefined && { listing_source }),
    ...(source_url !== undefined && { source_url }),
    seen_at,
    ...(marks.length > 0 && { marks }),
  }
}

type Order<T> = (a: T, b: T) => number

const byPosition: Order<OfferMark> = (a, b) => a.offer.position - b.offer.position
const byScore: Order<OfferMark> = (a, b) => b.offer.score - a.offer.score || byPosition(a, b)
const byPriceToFair: Order<OfferMark> = (a, b) => (a.price_to_fair ?? 1) - (b.price_to_fair ?? 1) || byPosition(a, b)
const byMove: Order<OfferMove> = (a, b) => {
  return Math.abs(b.move.change_pct) - Math.abs(a.move.change_pct) || byPosition(a.mark, b.mark)
}
const byOffers: Order<MarketGroup> = (a, b) => b.offer_count - a.offer_count

function byText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}

/** The first items in an order, equal ones as they come. Does not sort the others, which may be a million. */
function firstOf<T>(items: Iterable<T>, limit: number, order: Order<T>): T[] {
  const first: T[] = []
  for (const item of items) {
    let place = first.length
    for (let before = first[place - 1]; before !== undefined && order(item, before) < 0; before = first[place - 1]) place--
    if (place === limit) continue
    first.splice(place, 0, item)
    if (first.length > limit) first.pop()
  }
  return first
}
