import type { Database } from 'better-sqlite3'
import { catalogModels, nearModels } from '../answers/catalog-models.ts'
import { fit, fitAnswer } from '../answers/fit.ts'
import { listingDetail, offerRecord, standingOf } from '../answers/listing-detail.ts'
import { type Market, marketOf, whyUnranked } from '../answers/market.ts'
import { modelDetail, modelSummaries } from '../answers/models.ts'
import type { Observation } from '../answers/offer-history.ts'
import type { MarketOffer } from '../answers/offers.ts'
import { priceHistory } from '../answers/price-history.ts'
import { reportOf } from '../answers/report.ts'
import type { StoredListing } from '../contract/listings.ts'
import { Problem } from '../problem.ts'
import type { ListingPlace, MarketQuestion, ModelHistoryQuestion, ModelsQuestion } from './engine.ts'
import { fromRow, type StoredRow } from './from-row.ts'
import * as SQL from './market-questions.ts'
import { marketReader } from './market-rows.ts'
import { observedIn } from './observed.ts'
import { reportReader } from './report-rows.ts'
import { statementsOf } from './statements.ts'

const DAY_MS = 86_400_000
const CLEARED_DAYS = 90
/** An answer from what was loaded before is at most so old, where nothing was stored since. */
const FRESH_MS = 60_000

/** What was found; undefined where what was asked for does not exist. */
export type Found = { items: unknown[]; next: string | undefined } | { item: object } | undefined

/** The market of all models, and until when it may be answered from. */
interface RememberedMarket {
  offers: MarketOffer[]
  market: Market
  /** The same with what cleared: ten times as many offers are gone as stand, and few questions want to know. */
  withCleared?: Market
  models: string[]
  data_version: unknown
  until: number
}

/** Answers questions about what the listings come to. */
export function marketAnswers(db: Database, current_days: number): (question: MarketQuestion, isAskedAgain: boolean) => Found {
  const prepared = statementsOf(db)
  const rows = marketReader(prepared)
  const observed = observedIn(db)
  const readReport = reportReader(prepared)
  let remembered: RememberedMarket | undefined

  const utc = (time: number) => new Date(Math.max(0, time)).toISOString()
  const listingAt = (position: number): StoredListing => {
    const row = prepared(SQL.LISTING_AT).get(position)
    if (row === undefined) throw new Error(`no listing lies at ${position}`)
    return fromRow(row as StoredRow)
  }
  const idOf = (position: number): string => listingAt(position).id

  /** The market of a model, with what cleared. */
  function marketOfModel(model: string): Market {
    const now = Date.now()
    const offers = rows.currentOffers(model, utc(now - current_days * DAY_MS))
    return marketOf(offers, { delisted: rows.delistedOffers(model, utc(now - CLEARED_DAYS * DAY_MS)), now: utc(now) })
  }

  /** The whole market, loaded anew when something was stored, or an offer has become too old. */
  function wholeMarket(): RememberedMarket {
    const now = Date.now()
    const data_version = db.pragma('data_version', { simple: true })
    if (remembered !== undefined && remembered.data_version === data_version && now < remembered.until) return remembered
    const offers = rows.currentOffers(undefined, utc(now - current_days * DAY_MS))
    const oldest = offers.reduce((oldest, { last_seen }) => (last_seen < oldest ? last_seen : oldest), utc(now))
    remembered = {
      offers,
      market: marketOf(offers),
      models: prepared(SQL.MODELS).pluck().all() as string[],
      data_version,
      until: Math.min(now + FRESH_MS, Date.parse(oldest) + current_days * DAY_MS),
    }
    return remembered
  }

  function models({ all, behind = '', limit }: ModelsQuestion): Found {
    const whole = wholeMarket()
    const now = Date.now()
    whole.withCleared ??= marketOf(whole.offers, {
      delisted: rows.delistedOffers(undefined, utc(now - CLEARED_DAYS * DAY_MS)),
      now: utc(now),
    })
    const { models: offered, withCleared } = whole
    const names = all ? [...new Set([...offered, ...catalogModels()])].sort(byBytes) : offered
    const behindIt = names.filter((name) => byBytes(name, behind) > 0)
    const page = behindIt.slice(0, limit)
    return { items: modelSummaries(page, withCleared, idOf), next: behindIt.length > limit ? page.at(-1) : undefined }
  }

  function history({ model, interval, after, before }: ModelHistoryQuestion): object {
    const question = { model, interval, now: utc(Date.now()), current_days, after, before }
    return priceHistory(rows.periods(model), rows.snapshots(), question)
  }

  function listing(place: ListingPlace): Found {
    const row = prepared(SQL.LISTING_OF).get(place)
    if (row === undefined) return undefined
    const { position, offer_key, model } = row as { position: number; offer_key: string | null; model: string }
    const offer = offer_key === null ? undefined : offerOf(offer_key)
    const standing = standingAt(position, model)
    return { item: listingDetail(fromRow(row as StoredRow), { offer, standing }) }
  }

  function offerOf(offer_key: string) {
    const found = prepared(SQL.OFFER_OF_KEY).get(offer_key)
    if (found === undefined) throw new Error('a listing with an offer key has an offer')
    const { newest_position, seen_at, delisted_at } = found as {
      newest_position: number
      seen_at: string
      delisted_at: string | null
    }
    const observations = prepared(SQL.OBSERVATIONS).all(newest_position) as Observation[]
    const now = Date.now()
    const is_current = delisted_at === null && Date.parse(seen_at) > now - current_days * DAY_MS
    return offerRecord({ offer_key, observations, delisted_at, is_current }, { now, idOf })
  }

  function standingAt(position: number, model: string) {
    const mark = marketOfModel(model).marks.get(position)
    return mark && standingOf(mark)
  }

  /** @throws OffersBehind if they have to be brought up to date first. */
  function answerTo(question: MarketQuestion, isAskedAgain: boolean): Found {
    observed.refuseIfBehind(isAskedAgain)
    switch (question.about) {
      case 'listing':
        return listing(question.place)
      case 'models':
        return models(question)
      case 'model': {
        const { model } = question
        refuseUnknown(model)
        return { item: modelDetail(model, marketOfModel(model), idOf) }
      }
      case 'model_history':
        refuseUnknown(question.model)
        return { item: history(question) }
      case 'fit': {
        const judged = Array.from(wholeMarket().market.marks.values(), (mark) => {
          return { offer: mark.offer, unranked: whyUnranked(mark), price_to_fair: mark.price_to_fair }
        })
        return { item: fitAnswer(fit(question.request, judged), listingAt) }
      }
      case 'report': {
        const rows = readReport(wholeMarket().market, question.limit)
        return { item: reportOf(rows, question, listingAt) }
      }
    }
  }

  /** @throws Problem if the catalog does not have the model, and it was never offered. */
  function refuseUnknown(model: string): void {
    if (catalogModels().has(model)) return
    if (prepared(SQL.IS_OFFERED).pluck().get({ model }) === 1) return
    const near = nearModels(model)
    const hint = near.length === 0 ? '/api/models?include=all lists them' : `did you mean ${near.join(', ')}?`
    throw new Problem('not_found', `The catalog has no such model, and none was offered here: ${hint}`)
  }

  // All that one answer reads is of one moment: an import must not come between two of its statements.
  return db.transaction(answerTo)
}

/** The order in which SQLite has texts: by their UTF-8 bytes. */
function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
