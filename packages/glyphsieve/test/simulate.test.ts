import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { catalogEntries, variantsOf } from '../dist/catalog.js'
import { RawListing } from '../dist/raw-listing.js'
import {
  SIMULATION_EUR_IN_USD,
  SIMULATION_SHARES,
  type SimulatedListing,
  type SimulationOptions,
  simulatedSellers,
  simulateListings,
} from '../dist/simulate.js'
import { CARDS, CONDITION_FACTOR, familyOf } from '../dist/simulated-market.js'
import { Value } from '../dist/typebox.js'

const OPTIONS: SimulationOptions = { count: 6000, seed: 7, days: 30, sellers: 50 }
const month = [...simulateListings(OPTIONS)]
/** One day: every listing that is no duplicate is an offer of its own. */
const day = [...simulateListings({ count: 20_000, seed: 8, days: 1, sellers: 500 })]
const everything = [...month, ...day]
const cards = everything.filter(({ truth }) => truth.model !== null)

const text = (listing: SimulatedListing) => `${JSON.stringify(listing)}\n`
const groupsOf = (listings: SimulatedListing[], key: (listing: SimulatedListing) => string) => {
  const groups = new Map<string, SimulatedListing[]>()
  for (const listing of listings) groups.set(key(listing), [...(groups.get(key(listing)) ?? []), listing])
  return groups
}

describe('the same options', () => {
  test('give the same listings, whatever else is drawn meanwhile', () => {
    const again = simulateListings(OPTIONS)
    const other = simulateListings({ ...OPTIONS, seed: 9 })
    for (const listing of month) {
      expect(again.next().value).toEqual(listing)
      other.next()
    }
    expect(again.next().done).toBe(true)
  })

  // A changed digest is a changed market: what was measured with the old one cannot be compared any more.
  test('give the same bytes on every machine', () => {
    const digest = createHash('sha256')
    for (const listing of month) digest.update(text(listing))
    expect(digest.digest('hex')).toBe('71b8859a065fd398ad9f761a7cc5b10e79e88c55fd509c6aa34438c1b57abd2d')
  })

  test('but for the seed give another market', () => {
    const titles = new Set([...simulateListings({ ...OPTIONS, seed: 6 })].map(({ title }) => title))
    const same = new Set(month.map(({ title }) => title).filter((title) => titles.has(title)))
    expect(same.size).toBeLessThan(titles.size / 5)
  })
})

describe('the options', () => {
  test.each([0, 1, 29, 30, 31, 999])('count %i gives as many listings', (count) => {
    expect([...simulateListings({ ...OPTIONS, count })]).toHaveLength(count)
  })

  test('spread the listings over the days evenly and in order', () => {
    const times = month.map(({ seen_at }) => seen_at ?? '')
    expect(times).toEqual(times.toSorted())
    const perDay = groupsOf(month, ({ seen_at }) => (seen_at ?? '').slice(0, 10))
    expect([...perDay.keys()]).toEqual(Array.from({ length: 30 }, (_, index) => `2026-09-${`${index + 1}`.padStart(2, '0')}`))
    for (const listings of perDay.values()) expect(listings).toHaveLength(200)
  })

  test('spread a count that the days do not divide by one more or less', () => {
    const perDay = groupsOf([...simulateListings({ ...OPTIONS, count: 100, days: 7 })], ({ seen_at }) =>
      (seen_at ?? '').slice(0, 10),
    )
    expect([...perDay.values()].map((listings) => listings.length).toSorted()).toEqual([14, 14, 14, 14, 14, 15, 15])
  })

  test('let all sellers sell, and some much more than others', () => {
    const offers = [...groupsOf(month, ({ seller }) => seller ?? '').values()].map((listings) => listings.length)
    expect(offers).toHaveLength(50)
    expect(Math.max(...offers)).toBeGreaterThan(5 * Math.min(...offers))
  })

  test('keep a seller to one marketplace and region', () => {
    for (const listings of groupsOf(month, ({ seller }) => seller ?? '').values()) {
      expect(new Set(listings.map(({ listing_source, region }) => `${listing_source} ${region}`)).size).toBe(1)
    }
  })

  test.each(['2031-02-27', '2031-02-26T19:00:00-05:00'])('begin at %s', (start) => {
    const days = [...simulateListings({ count: 3, seed: 1, days: 3, sellers: 1, start })].map(({ seen_at }) => seen_at)
    expect(days).toEqual(['2031-02-27T00:00:00.000Z', '2031-02-28T00:00:00.000Z', '2031-03-01T00:00:00.000Z'])
  })

  const wrong: [options: Partial<SimulationOptions>, words: string][] = [
    [{ count: -1 }, 'count is a whole number from 0'],
    [{ count: 1.5 }, 'count is a whole number from 0'],
    [{ count: Number.NaN }, 'count is a whole number from 0'],
    [{ seed: 2 ** 32 }, 'seed is a whole number from 0 to 4294967295'],
    [{ days: 0 }, 'days is a whole number from 1'],
    [{ sellers: 0 }, 'sellers is a whole number from 1'],
    [{ start: 'tomorrow' }, 'start is a date'],
    [{ start: '2026-02-30' }, 'start is a date'],
    [{ start: '9999-12-30' }, 'start is a date'],
  ]
  for (const [options, words] of wrong) {
    test(`${JSON.stringify(options)} are refused in words`, () => {
      expect(() => simulateListings({ ...OPTIONS, ...options }).next()).toThrow(words)
    })
  }

  test('of four thousand million listings make the first at once', () => {
    const listings = simulateListings({ count: 2 ** 32 - 1, seed: 1, days: 36_525, sellers: 10, start: '2000-01-01' })
    expect(listings.next().value?.seen_at).toBe('2000-01-01T00:00:00.000Z')
  })
})

describe('a listing', () => {
  test('is a raw listing', () => {
    for (const listing of everything) if (!Value.Check(RawListing, listing)) expect.fail(text(listing))
  })

  test('has an invented address under which its id is found', () => {
    for (const { source_url, listing_id } of everything) {
      const { hostname, pathname } = new URL(source_url ?? '')
      expect(hostname).toMatch(/\.example$/)
      expect(pathname.endsWith(`/${listing_id}`)).toBe(true)
    }
  })

  test('prints in dollars or in euros, each in its own style or apart', () => {
    for (const listing of everything) {
      if (listing.truth.price_kind === 'quote') continue
      const { price_text = '', truth } = listing
      const euro = /€|EUR/.test(price_text) || listing.currency === 'EUR'
      const dollar = /\$|USD/.test(price_text) || listing.currency === 'USD'
      if (euro === dollar || euro !== (truth.currency === 'EUR')) expect.fail(text(listing))
    }
  })

  test('comes as often as the shares say', () => {
    const rate = (of: SimulatedListing[], is: (listing: SimulatedListing) => boolean) => of.filter(is).length / of.length
    const gpus = day.filter(({ truth }) => truth.is_gpu)
    const named = gpus.filter(({ truth }) => truth.model !== null)
    const shares = SIMULATION_SHARES
    const seen: [rate: number, share: number][] = [
      [rate(day, ({ truth }) => !truth.is_gpu), shares.not_gpu],
      [rate(day, ({ truth }) => truth.price_kind !== 'price'), shares.no_price],
      [rate(day, ({ quantity_text = '' }) => /^0$|unav|out of|nicht|ausv/i.test(quantity_text)), shares.sold_out],
      [rate(day, ({ truth }) => truth.duplicate), shares.duplicate],
      [rate(gpus, ({ truth }) => truth.model === null), shares.unnamed],
      [rate(named, ({ truth }) => truth.condition === 'for_parts'), shares.for_parts],
      [rate(named, ({ truth }) => truth.lot_size > 1), shares.lot],
      [rate(named, ({ truth }) => truth.scam), shares.scam],
      [rate(named.filter(isModifiable), ({ truth }) => truth.modified), shares.modified],
      [rate(month, ({ truth }) => truth.relisted), shares.relisted],
    ]
    // The listings of a month are not independent of each other; those of a day are, and 0.3 is beyond four deviations.
    for (const [measured, share] of seen) expect(Math.abs(measured / share - 1)).toBeLessThan(0.3)
  })
})

const isModifiable = ({ truth }: SimulatedListing) =>
  CARDS.some((card) => card.model === truth.model && card.modified_gb !== undefined)

describe('the truth', () => {
  test('names no card where none is sold', () => {
    const others = everything.filter(({ truth }) => !truth.is_gpu)
    expect(new Set(others.map(({ truth }) => truth.kind)).size).toBe(8)
    for (const { truth } of others) {
      expect(truth).toMatchObject({ model: null, vram_gb: null, lot_size: 1, modified: false, scam: false })
      expect(truth.kind).not.toBe('gpu')
    }
    for (const { truth } of everything) expect(truth.is_gpu).toBe(truth.kind === 'gpu')
  })

  test('names a model whose every number stands in the title', () => {
    for (const listing of cards) {
      const bare = listing.title.toUpperCase().replace(/[^A-Z0-9]/g, '')
      const parts = (listing.truth.model ?? '').split('_').filter((part) => /\d/.test(part) && !part.endsWith('GB'))
      if (!parts.every((part) => bare.includes(part))) expect.fail(text(listing))
    }
  })

  test('names a model of the catalog, in a size that it has unless it is modified', () => {
    const names = new Set(catalogEntries().map(({ model }) => model))
    const known = new Set(CARDS.flatMap((card) => [card.model, card.bus === undefined ? card.model : familyOf(card)]))
    expect([...known].filter((model) => !names.has(model))).toEqual([])
    for (const card of CARDS) {
      const sizes = new Set(variantsOf(card.model).map(({ vram_gb }) => vram_gb))
      const own = new Set(CARDS.filter(({ model }) => model === card.model).map(({ vram_gb }) => vram_gb))
      expect([card.model, own]).toEqual([card.model, sizes])
    }
    for (const { truth } of cards) {
      const sizes = variantsOf(truth.model ?? '').map(({ vram_gb }) => vram_gb)
      if (truth.vram_gb !== null) expect(sizes.includes(truth.vram_gb)).toBe(!truth.modified)
    }
  })

  test('gives the memory that the title states, or that the model always has', () => {
    for (const listing of cards) {
      const stated = /(\d+) ?gb?\b/i.exec(listing.title)?.[1]
      const sizes = new Set(CARDS.filter(({ model }) => model === listing.truth.model).map(({ vram_gb }) => vram_gb))
      const [only, ...more] = sizes
      const expected = stated !== undefined ? Number(stated) : more.length === 0 ? (only ?? null) : null
      if (listing.truth.vram_gb !== expected) expect.fail(text(listing))
    }
  })

  test('leaves the bus of a family open only where the title does', () => {
    const families = new Set(CARDS.filter(({ bus }) => bus !== undefined).flatMap((card) => [card.model, familyOf(card)]))
    const seen = cards.filter(({ truth }) => families.has(truth.model ?? ''))
    for (const listing of seen) {
      const bus = /\b(?:SXM\d|PCIe)/i.exec(listing.title)?.[0].toUpperCase()
      if ((listing.truth.model ?? '').includes(`_${bus ?? 'none'}_`) !== (bus !== undefined)) expect.fail(text(listing))
    }
    expect(new Set(seen.map(({ truth }) => truth.model)).size).toBe(families.size)
  })

  test('says for parts where the title or the column does, and only there', () => {
    const broken = /\bparts\b|not working|for repair|defekt|bastler|ersatzteil/i
    for (const listing of cards) {
      const printed = broken.test(listing.title) || broken.test(listing.condition_text ?? '')
      if (printed !== (listing.truth.condition === 'for_parts')) expect.fail(text(listing))
    }
  })

  test('counts a lot that the title counts', () => {
    const lots = cards.filter(({ truth }) => truth.lot_size > 1)
    const count = /^(\d+)x |lot(?: of)? (\d+)|\((\d+) ?(?:pcs|stück)\)|(\d+) pcs|^\((\d+)\)|(\d+) stück|(\d+)er set/i
    for (const listing of lots) {
      const found = count
        .exec(listing.title)
        ?.slice(1)
        .find((group) => group !== undefined)
      if (Number(found) !== listing.truth.lot_size) expect.fail(text(listing))
    }
    const single = cards.filter(({ truth }) => truth.lot_size === 1)
    for (const listing of single) if (count.test(listing.title)) expect.fail(text(listing))
  })

  test('prices one card of what is asked for all', () => {
    for (const listing of everything) {
      const { price_text = '', truth } = listing
      if (truth.price_kind !== 'price') {
        expect(truth.unit_price_usd).toBeNull()
        continue
      }
      const digits = price_text.replace(/[^\d.,]/g, '')
      const plain = truth.currency === 'EUR' ? digits.replaceAll('.', '').replace(',', '.') : digits.replaceAll(',', '')
      const dollars = Number(plain) * (truth.currency === 'EUR' ? SIMULATION_EUR_IN_USD : 1)
      if (Math.abs(dollars / truth.lot_size - (truth.unit_price_usd ?? 0)) > 0.0051) expect.fail(text(listing))
      expect(dollars).toBeGreaterThan(2)
    }
  })

  test('calls a scam what is far below the others of the model', () => {
    const priced = cards.filter(
      ({ truth }) => truth.price_kind === 'price' && truth.condition !== 'for_parts' && !truth.modified,
    )
    for (const listings of groupsOf(priced, ({ truth }) => `${truth.model} ${truth.vram_gb}`).values()) {
      const honest = listings.filter(({ truth }) => !truth.scam).map(unitPrice)
      const low = Math.min(...honest)
      for (const scam of listings.filter(({ truth }) => truth.scam)) expect(unitPrice(scam)).toBeLessThan(low)
    }
    expect(cards.some(({ truth }) => truth.scam)).toBe(true)
  })
})

describe('the sellers', () => {
  const sellers = simulatedSellers({ seed: 8, sellers: 500 })
  const byName = new Map(sellers.map((seller) => [seller.name, seller]))

  test('are those of the listings', () => {
    expect(byName.size).toBe(500)
    for (const { seller, listing_source, truth } of day) {
      expect(byName.get(seller ?? '')).toMatchObject({ listing_source, currency: truth.currency })
    }
  })

  test('ask the level of the card times their mark-up, but for chance', () => {
    const single = new Map(CARDS.filter(({ onlySize, bus }) => onlySize && bus === undefined).map((card) => [card.model, card]))
    const deviations = day.flatMap(({ seller = '', truth }) => {
      const { unit_price_usd, model, condition, lot_size, modified, scam } = truth
      const card = single.get(model ?? '')
      if (card === undefined || unit_price_usd === null || lot_size > 1 || modified || scam) return []
      const level = card.usd * CONDITION_FACTOR[condition ?? 'used']
      return Math.log(unit_price_usd / (level * (byName.get(seller)?.markup ?? Number.NaN)))
    })
    expect(deviations.length).toBeGreaterThan(5000)
    // Reductions and rounding take a little; the deviation of an offer is 0.12.
    const sorted = deviations.toSorted((a, b) => a - b)
    const at = (p: number) => sorted[Math.floor(p * sorted.length)] ?? Number.NaN
    expect(Math.abs(at(0.5))).toBeLessThan(0.02)
    expect((at(0.84) - at(0.16)) / 2).toBeGreaterThan(0.1)
    expect((at(0.84) - at(0.16)) / 2).toBeLessThan(0.14)
  })
})

const unitPrice = ({ truth }: SimulatedListing) => truth.unit_price_usd ?? Number.NaN

describe('an offer', () => {
  const offers = groupsOf(month, ({ truth }) => truth.offer)

  test('keeps what it is, and has one id until it is relisted under another', () => {
    for (const listings of offers.values()) {
      const stable = ({ title, seller, condition_text, truth }: SimulatedListing) =>
        JSON.stringify([title, seller, condition_text, truth.model, truth.vram_gb, truth.lot_size, truth.condition, truth.scam])
      expect(new Set(listings.map(stable)).size).toBe(1)
      const ids = new Set(listings.map(({ listing_id, truth }) => `${listing_id} ${truth.relisted}`))
      expect(ids.size).toBe(new Set(listings.map(({ truth }) => truth.relisted)).size)
    }
    expect(new Set(month.map(({ listing_source, listing_id }) => `${listing_source} ${listing_id}`)).size).toBeGreaterThan(
      offers.size,
    )
  })

  test('is seen once a day, but for duplicates with another address and the same time and price', () => {
    for (const [offer, listings] of offers) {
      for (const [first, ...more] of groupsOf(listings, ({ seen_at }) => (seen_at ?? '').slice(0, 10)).values()) {
        expect([offer, first?.truth.duplicate]).toEqual([offer, false])
        for (const again of more) {
          expect({ ...again, source_url: '', truth: {} }).toEqual({ ...first, source_url: '', truth: {} })
          expect(again.source_url).toBe(`${first?.source_url}?utm_source=feed&utm_medium=cpc`)
          expect(again.truth).toEqual({ ...first?.truth, duplicate: true })
        }
      }
    }
  })

  test('comes, gets cheaper and never dearer than rounding makes it, and goes', () => {
    let cheaper = 0
    let gone = 0
    for (const listings of offers.values()) {
      const prices = listings.map(unitPrice).filter((price) => !Number.isNaN(price))
      for (const [index, price] of prices.entries()) expect(price).toBeLessThanOrEqual((prices[index - 1] ?? price) * 1.02)
      if ((prices.at(-1) ?? 0) < (prices[0] ?? 0)) cheaper++
      if ((listings.at(-1)?.seen_at ?? '') < '2026-09-30') gone++
    }
    expect(cheaper).toBeGreaterThan(offers.size / 10)
    expect(gone).toBeGreaterThan(offers.size / 2)
  })
})
