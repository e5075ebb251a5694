const HOUR_MS = 3_600_000
const SOURCES = ['ash.example', 'birch.example', 'cedar.example']
const TITLES = [
  'NVIDIA GeForce RTX 3090 24GB GDDR6X',
  'NVIDIA Tesla P40 24GB',
  'NVIDIA RTX A6000 48GB',
  'MSI GeForce RTX 4090 SUPRIM X 24GB',
  'NVIDIA Tesla V100 32GB PCIe',
]
const OFFERS = 30
/** In this hour of every half day, most offers of one source are gone, and in the next two. */
const CLOSING_HOUR = 10
const HALF_DAY = 12

/** What one crawl shows of one offer. */
interface Sighting {
  source: string
  id: string
  title: string
  price: number
}

/** What the store has to say of an offer, under its own names. */
interface OfferTruth {
  offer_key: string
  first_seen: string
  last_seen: string
  delisted_at: string | undefined
  observation_count: number
  periods: { first_seen: string; last_seen: string; price: number }[]
}

interface PriceChange {
  offer_key: string
  price_before: number
  price: number
  seen_before: string
  seen_at: string
}

/**
 * A made-up market that is crawled every hour: offers come, change their prices, go, and some come back. Whatever is in it follows
 * from the hour alone.
 */
export class HourlyMarket {
  readonly #start: number

  /** The last of so many hours began lately. */
  constructor(hours: number) {
    this.#start = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - hours * HOUR_MS
  }

  seenAt(hour: number): string {
    return new Date(this.#start + hour * HOUR_MS).toISOString()
  }

  /** Name of the crawl of an hour: it has the time in it. */
  fileName(hour: number): string {
    return `market-${this.seenAt(hour).replace(/[-:]|\.\d+/g, '')}.csv`
  }

  /** The crawl of an hour, or the rows that it got to before it broke off; in each, something that is no card. */
  crawl(hour: number, rows = OFFERS): string {
    const lines = sightings(hour).map(({ source, id, title, price }) => `${source},${id},${title},${price}`)
    return ['source,item id,title,price', `${SOURCES[0]},nocard,Backplate for RTX 3090,19`, ...lines.slice(0, rows), ''].join(
      '\n',
    )
  }

  /** How many cards the crawl of an hour shows. */
  size(hour: number): number {
    return sightings(hour).length
  }

  /** What the crawls of some hours come to, in whichever order they were stored. */
  truth(stored: readonly number[]): { offers: OfferTruth[]; changes: PriceChange[] } {
    const hours = stored.toSorted((a, b) => a - b)
    const shown = new Map<string, { hour: number; price: number; source: string }[]>()
    for (const hour of hours) {
      for (const { source, id, price } of sightings(hour)) {
        const key = `${source}\u001f${id}`
        shown.set(key, [...(shown.get(key) ?? []), { hour, price, source }])
      }
    }
    const offers: OfferTruth[] = []
    const changes: PriceChange[] = []
    for (const [offer_key, seen] of shown) {
      const [first, last] = [seen[0], seen.at(-1)]
      if (first === undefined || last === undefined) continue
      const periods: OfferTruth['periods'] = []
      for (const { hour, price } of seen) {
        const seen_at = this.seenAt(hour)
        const before = periods.at(-1)
        if (before?.price === price) before.last_seen = seen_at
        else {
          periods.push({ first_seen: seen_at, last_seen: seen_at, price })
          if (before) changes.push({ offer_key, price_before: before.price, price, seen_before: before.last_seen, seen_at })
        }
      }
      const gone = hours.find((hour) => hour > last.hour && sightings(hour).some(({ source }) => source === last.source))
      offers.push({
        offer_key,
        first_seen: this.seenAt(first.hour),
        last_seen: this.seenAt(last.hour),
        delisted_at: gone === undefined ? undefined : this.seenAt(gone),
        observation_count: seen.length,
        periods,
      })
    }
    return { offers, changes }
  }
}

/** What a whole crawl of an hour shows, source by source. */
function sightings(hour: number): Sighting[] {
  return SOURCES.flatMap((source, place) =>
    Array.from({ length: OFFERS / SOURCES.length }, (_, index) => ({ source, offer: place + index * SOURCES.length }))
      .filter(({ offer }) => isOffered(offer, hour) && !isClosed(place, offer, hour))
      .map(({ offer }) => ({
        source,
        id: `item${offer}`,
        title: TITLES[offer % TITLES.length] ?? '',
        price: priceOf(offer, hour),
      })),
  )
}

/** Most offers stay; some come late, some leave for good, and some leave for three hours. */
function isOffered(offer: number, hour: number): boolean {
  if (offer % 6 === 2) return hour >= offer % 7
  if (offer % 6 === 3) return hour < 4 + (offer % 5)
  if (offer % 6 === 4) return (hour + offer) % 9 >= 3
  return true
}

function isClosed(place: number, offer: number, hour: number): boolean {
  const halfDay = Math.floor((hour - CLOSING_HOUR) / HALF_DAY)
  const isWithin = halfDay >= 0 && hour - CLOSING_HOUR - halfDay * HALF_DAY < 3
  return isWithin && halfDay % SOURCES.length === place && offer % 15 > 2
}

/** Goes up and down by whole dollars, for each offer at hours of its own. */
function priceOf(offer: number, hour: number): number {
  return 400 + offer * 20 + ((Math.floor((hour + offer) / (2 + (offer % 5))) * 37) % 91)
}
