/** An offer of equal cards. */
export interface Supply {
  /** Cards that are sold together. */
  lot_size: number
  /** How many such lots there are, at least 1. */
  lots: number
  /** One card with shipping. */
  usd_per_card: number
}

/** How many lots of an offer are bought. */
export interface Bought<S extends Supply> {
  offer: S
  lots: number
}

/** A lot on top of those that were bought before. */
interface Purchase<S extends Supply> {
  usd: number
  offer: S | undefined
  before: Purchase<S> | undefined
}

/**
 * The cheapest way to buy at least so many cards, or undefined where fewer are on offer. Exact: a knapsack over the number of
 * cards, in which the cheapest lot per card is not always one of those bought. Of equally cheap ways it is always the same one,
 * given the same order of offers.
 */
export function cheapestSet<S extends Supply>(offers: readonly S[], cards: number): Bought<S>[] | undefined {
  const nothing: Purchase<S> = { usd: 0, offer: undefined, before: undefined }
  const best: (Purchase<S> | undefined)[] = [nothing, ...Array.from({ length: cards }, () => undefined)]
  for (const { offer, lots } of worthTrying(offers, cards)) {
    for (let lot = 0; lot < lots; lot++) {
      for (let want = cards; want >= 1; want--) {
        const before = best[Math.max(0, want - offer.lot_size)]
        if (before === undefined) continue
        const usd = before.usd + offer.lot_size * offer.usd_per_card
        if (usd < (best[want]?.usd ?? Number.POSITIVE_INFINITY)) best[want] = { usd, offer, before }
      }
    }
  }
  const found = best[cards]
  return found && boughtBy(found)
}

/**
 * The lots that may be part of the cheapest set: of those with k cards the ceil(cards / k) cheapest, because nobody needs more;
 * lots of more cards than are needed count as lots of as many.
 */
function worthTrying<S extends Supply>(offers: readonly S[], cards: number): Bought<S>[] {
  const bySize = new Map<number, S[]>()
  for (const offer of offers) {
    const size = Math.min(offer.lot_size, cards)
    const same = bySize.get(size)
    if (same) same.push(offer)
    else bySize.set(size, [offer])
  }
  const lots: Bought<S>[] = []
  for (const [size, same] of [...bySize].sort(([a], [b]) => a - b)) {
    let left = Math.ceil(cards / size)
    for (const offer of same.sort((a, b) => a.lot_size * a.usd_per_card - b.lot_size * b.usd_per_card)) {
      if (left === 0) break
      const taken = Math.min(offer.lots, left)
      lots.push({ offer, lots: taken })
      left -= taken
    }
  }
  return lots
}

function boughtBy<S extends Supply>(last: Purchase<S>): Bought<S>[] {
  const bought: Bought<S>[] = []
  for (let purchase: Purchase<S> | undefined = last; purchase?.offer !== undefined; purchase = purchase.before) {
    const same = bought.find(({ offer }) => offer === purchase?.offer)
    if (same) same.lots += 1
    else bought.unshift({ offer: purchase.offer, lots: 1 })
  }
  return bought
}
