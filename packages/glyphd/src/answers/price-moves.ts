import { MOVE_DAYS, type ReportMove } from '../contract/report.ts'
import type { Market, OfferMark } from './market.ts'
import { changePct } from './offer-history.ts'

const DAY_MS = 86_400_000

/** A price change of an offer that names one price now. */
export interface OfferChange {
  /** The newest observation of the offer. */
  position: number
  /** When the price after the change was observed first, UTC with milliseconds. */
  seen_at: string
  /** When the price before was observed last. */
  seen_before: string
  price: number
  price_before: number
  currency: string
}

/** An offer, and how its price moved. */
export interface OfferMove {
  mark: OfferMark
  move: Pick<ReportMove, 'price_before' | 'change_pct' | 'seen_before' | 'changed_at'>
}

/** The time from which on changes count. UTC with milliseconds. */
export function movesAfter(now: string): string {
  return new Date(Date.parse(now) - MOVE_DAYS * DAY_MS).toISOString()
}

/**
 * The current offers whose price is another one than before their last changes. `changes` are those that count, all changes of an
 * offer together and in the order of time. They count back from the price of now as long as each goes on from the one before: what
 * lies behind a gap may have been another offer.
 */
export function movesOf(changes: Iterable<OfferChange>, { marks }: Market): OfferMove[] {
  const moves: OfferMove[] = []
  let own: OfferChange[] = []
  const finish = () => {
    const mark = marks.get(own[0]?.position ?? -1)
    const move = mark && moveOf(mark, own)
    if (mark !== undefined && move !== undefined) moves.push({ mark, move })
  }
  for (const change of changes) {
    if (own[0] === undefined || own[0].position === change.position) {
      own.push(change)
      continue
    }
    finish()
    own = [change]
  }
  finish()
  return moves
}

function moveOf({ offer: { price, currency } }: OfferMark, changes: readonly OfferChange[]): OfferMove['move'] | undefined {
  let first: OfferChange | undefined
  for (const change of changes.toReversed()) {
    if (change.currency !== currency || change.price !== (first?.price_before ?? price)) break
    first = change
  }
  const last = changes.at(-1)
  if (first === undefined || last === undefined || first.price_before === price) return undefined
  const { price_before, seen_before } = first
  return { price_before, change_pct: changePct(price_before, price), seen_before, changed_at: last.seen_at }
}
