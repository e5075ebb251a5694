import { catalogModels, nearModels } from '../answers/catalog-models.ts'
import { fit, fitAnswer, fitPositions } from '../answers/fit.ts'
import { listingDetail, offerRecord, standingOf } from '../answers/listing-detail.ts'
import { type Market, marketOf, whyUnranked } from '../answers/market.ts'
import { cheapestPositions, type PlacedModel, placedDetail, placedSummaries, withIds } from '../answers/models.ts'
import type { MarketOffer } from '../answers/offers.ts'
import { priceHistory } from '../answers/price-history.ts'
import { rankedPositions, rankedReport, reportAnswer } from '../answers/report.ts'
import { Problem } from '../problem.ts'
import { NO_LISTING } from '../query.ts'
import { type Asking, firstValue, type Row, rowsOf } from './asking.ts'
import type { Dialect } from './dialect.ts'
import type { Answer, ListingPlace, MarketQuestion, ModelHistoryQuestion, ModelQuestion, ModelsQuestion } from './engine.ts'
import { listingOf } from './from-row.ts'
import { isImportId } from './import-id.ts'
import * as SQL from './market-questions.ts'
import { currentOffers, delistedOffers, idsAt, listingsAt, observationsOf, periodsOf, snapshots } from './market-rows.ts'
import { askObserved, type Observed, OffersBehind } from './observed.ts'
import { RememberedAnswers } from './remembered-answers.ts'
import { reportReader } from './report-rows.ts'

const DAY_MS = 86_400_000
const CLEARED_DAYS = 90
/** An answer from what was loaded before is at most so old, where nothing was stored since. */
const FRESH_MS = 60_000

/** The market of all models, and until when it may be answered from. */
interface RememberedMarket {
  offers: MarketOffer[]
  market: Market
  /** The same with what cleared: ten times as many offers are gone as stand, and few questions want to know. */
  withCleared?: Market
  models: string[]
  version: Observed['version']
  until: number
}

/** Answers questions about what the listings come to. A question is asked again after offers were brought up to date. */
export function marketAnswers(
  dialect: Dialect,
  current_days: number,
): (question: MarketQuestion, isAskedAgain: boolean) => Asking<Answer> {
  const readReport = reportReader(dialect)
  let remembered: RememberedMarket | undefined
  const answers = new RememberedAnswers()

  const utc = (time: number) => new Date(Math.max(0, time)).toISOString()

  /** The market of a model, with what cleared. */
  function* marketOfModel(model: string): Asking<Market> {
    const now = Date.now()
    const offers = yield* currentOffers(model, utc(now - current_days * DAY_MS))
    return marketOf(offers, { delisted: yield* delistedOffers(model, utc(now - CLEARED_DAYS * DAY_MS)), now: utc(now) })
  }

  /** The whole market, loaded anew when something was stored, or an offer has become too old. */
  function* wholeMarket({ version }: Observed): Asking<RememberedMarket> {
    const now = Date.now()
    if (remembered !== undefined && remembered.version === version && now < remembered.until) return remembered
    const offers = yield* currentOffers(undefined, utc(now - current_days * DAY_MS))
    const oldest = offers.reduce((oldest, { last_seen }) => (last_seen < oldest ? last_seen : oldest), utc(now))
    const models = yield* rowsOf<readonly [string]>(SQL.MODELS)
    remembered = {
      offers,
      market: marketOf(offers),
      models: models.map(([model]) => model),
      version,
      until: Math.min(now + FRESH_MS, Date.parse(oldest) + current_days * DAY_MS),
    }
    return remembered
  }

  function* models({ all, behind = '', limit }: ModelsQuestion, observed: Observed): Asking<Answer> {
    const whole = yield* wholeMarket(observed)
    const now = Date.now()
    whole.withCleared ??= marketOf(whole.offers, {
      delisted: yield* delistedOffers(undefined, utc(now - CLEARED_DAYS * DAY_MS)),
      now: utc(now),
    })
    const { models: offered, withCleared } = whole
    const names = all ? [...new Set([...offered, ...catalogModels()])].sort(byBytes) : offered
    const behindIt = names.filter((name) => byBytes(name, behind) > 0)
    const page = behindIt.slice(0, limit)
    const items = yield* namedModels(placedSummaries(page, withCleared))
    const last = behindIt.length > limit ? page.at(-1) : undefined
    return {
      items: JSON.stringify(items),
      count: items.length,
      next: last === undefined ? undefined : { ...NO_LISTING, key: last },
    }
  }

  function* namedModels<T extends PlacedModel>(models: readonly T[]) {
    const ids = yield* idsAt(dialect, cheapestPositions(models))
    return models.map((model) => withIds(model, ids))
  }

  function* model(name: string): Asking<Answer> {
    yield* refuseUnknown(name)
    const [detail] = yield* namedModels([placedDetail(name, yield* marketOfModel(name))])
    return one(detail)
  }

  function* history({ model, interval, after, before }: ModelHistoryQuestion): Asking<Answer> {
    yield* refuseUnknown(model)
    const question = { model, interval, now: utc(Date.now()), current_days, after, before }
    return one(priceHistory(yield* periodsOf(model), yield* snapshots(), question))
  }

  function* listing(place: ListingPlace): Asking<Answer> {
    if (!isImportId(place.import_id)) return NOTHING
    const { sql, values } = SQL.listingQuery(dialect, place)
    const [found] = yield* rowsOf<readonly [number, ...Row]>(sql, values)
    if (found === undefined) return NOTHING
    const [position, ...row] = found
    const listing = listingOf(row)
    const { offer_key } = listing
    const offer = offer_key === undefined ? undefined : yield* offerOf(offer_key)
    const mark = (yield* marketOfModel(listing.model)).marks.get(position)
    return one(listingDetail(listing, { offer, standing: mark && standingOf(mark) }))
  }

  function* offerOf(offer_key: string) {
    const rows = yield* rowsOf<readonly [number, string, string | null]>(SQL.OFFER_OF_KEY, { offer_key })
    // Stored since the question was asked.
    if (rows[0] === undefined) throw new OffersBehind()
    const [newest_position, seen_at, delisted_at] = rows[0]
    const { observations, ids } = yield* observationsOf(dialect, { offer_key, newest_position })
    const now = Date.now()
    const is_current = delisted_at === null && Date.parse(seen_at) > now - current_days * DAY_MS
    return offerRecord({ offer_key, observations, delisted_at, is_current }, { now, ids })
  }

  /** @throws Problem if the catalog does not have the model, and it was never offered. */
  function* refuseUnknown(model: string): Asking<void> {
    if (catalogModels().has(model)) return
    if ((yield* firstValue<number>(SQL.IS_OFFERED, { model })) === 1) return
    const near = nearModels(model)
    const hint = near.length === 0 ? '/api/models?include=all lists them' : `did you mean ${near.join(', ')}?`
    throw new Problem('not_found', `The catalog has no such model, and none was offered here: ${hint}`)
  }

  /** What is asked of one model takes a look at all of its offers, and is remembered. */
  function* ofModel(question: ModelQuestion | ModelHistoryQuestion, { version }: Observed): Asking<Answer> {
    const now = Date.now()
    const known = answers.get(question, version, now)
    if (known !== undefined) return known
    const answer = question.about === 'model' ? yield* model(question.model) : yield* history(question)
    answers.add(question, { answer, version, until: now + FRESH_MS })
    return answer
  }

  /** @throws OffersBehind if they have to be brought up to date first. */
  return function* (question, isAskedAgain) {
    const observed = yield* askObserved(dialect, isAskedAgain)
    switch (question.about) {
      case 'listing':
        return yield* listing(question.place)
      case 'models':
        return yield* models(question, observed)
      case 'model':
      case 'model_history':
        return yield* ofModel(question, observed)
      case 'fit': {
        const { market } = yield* wholeMarket(observed)
        const judged = Array.from(market.marks.values(), (mark) => {
          return { offer: mark.offer, unranked: whyUnranked(mark), price_to_fair: mark.price_to_fair }
        })
        const found = fit(question.request, judged)
        return one(fitAnswer(found, yield* listingsAt(dialect, fitPositions(found))))
      }
      case 'report': {
        const { market } = yield* wholeMarket(observed)
        const ranked = rankedReport(yield* readReport(market, question.limit), question)
        return one(reportAnswer(ranked, yield* listingsAt(dialect, rankedPositions(ranked))))
      }
    }
  }
}

const NOTHING: Answer = { items: 'null', count: 0, next: undefined }

function one(item: object | undefined): Answer {
  return { items: JSON.stringify(item), count: 1, next: undefined }
}

/** The order in which stores have texts: by their UTF-8 bytes. */
function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
