import { newestOf } from '../answers/offer-history.ts'
import { type Asking, type Row, rowsOf } from './asking.ts'
import type { Dialect } from './dialect.ts'

type Observed = readonly [
  offer: string | number,
  position: number,
  seen_at: string,
  price: number,
  currency: string,
  ...place: Row,
]

/**
 * Of every offer that was observed behind `head`, the places of its newest observations up to there. Only what was stored since is
 * walked back.
 */
export function* supersededPlaces(dialect: Dialect, head: number): Asking<Row[]> {
  const offers = new Map<
    string | number,
    { position: number; seen_at: string; price: number; currency: string; place: Row }[]
  >()
  for (const row of yield* rowsOf<Observed>(dialect.superseded, { head })) {
    const [offer, position, seen_at, price, currency, ...place] = row
    const observation = { position, seen_at, price, currency, place }
    const others = offers.get(offer)
    if (others === undefined) offers.set(offer, [observation])
    else others.push(observation)
  }
  return [...offers.values()].flatMap((observations) => newestOf(observations).map(({ place }) => place))
}
