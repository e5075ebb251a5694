import { changePct } from '../answers/offer-history.ts'
import type { DryRunResult, PriceMove } from '../contract/imports.ts'

const LISTED_MOVES = 10

/** Members of an offer that a dry run looks at, beside where it lies. */
export const OFFER_FACTS = ['seen_at', 'listing_source', 'price', 'currency', 'shipping', 'quantity']

/** A row of the body beside the last observation of its offer that is stored; those members are null if there is none. */
export interface Comparison {
  row: number
  model: string
  offer_key: string
  price: number
  currency: string
  shipping: number | null
  quantity: number | null
  stored_position: number | null
  stored_price: number
  stored_currency: string
  stored_shipping: number | null
  stored_quantity: number | null
}

/** Counts what rows of a body, given in their order, are to their offers. */
export function comparisons() {
  const counts = { new: 0, changed: 0, unchanged: 0 }
  const moves: PriceMove[] = []
  return {
    add(comparison: Comparison): void {
      if (comparison.stored_position === null) counts.new++
      else if (isUnchanged(comparison)) counts.unchanged++
      else {
        counts.changed++
        addMove(moves, comparison)
      }
    },
    result: (): Pick<DryRunResult, 'new' | 'changed' | 'unchanged' | 'biggest_moves'> => ({ ...counts, biggest_moves: moves }),
  }
}

function isUnchanged(offer: Comparison): boolean {
  return (
    offer.price === offer.stored_price &&
    offer.currency === offer.stored_currency &&
    offer.shipping === offer.stored_shipping &&
    offer.quantity === offer.stored_quantity
  )
}

/** Keeps the largest moves, the largest first. A price in another currency is changed, but not by a percentage. */
function addMove(
  moves: PriceMove[],
  { row, model, offer_key, currency, price, stored_price, stored_currency }: Comparison,
): void {
  if (currency !== stored_currency || price === stored_price) return
  const change_pct = changePct(stored_price, price)
  const rank = moves.findIndex((move) => Math.abs(move.change_pct) < Math.abs(change_pct))
  const move = { row, model, offer_key, currency, price_before: stored_price, price, change_pct }
  moves.splice(rank === -1 ? moves.length : rank, 0, move)
  if (moves.length > LISTED_MOVES) moves.pop()
}
