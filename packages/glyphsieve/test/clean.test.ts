import { describe, expect, test } from 'vitest'
import { type CleanListing, clean } from '../dist/clean.js'
import { readCondition } from '../dist/condition.js'
import { readQuantity } from '../dist/quantity.js'
import type { RawListing } from '../dist/raw-listing.js'
import { readSeenAt } from '../dist/seen-at.js'

const SEEN_AT = '2026-11-01T10:00:00.000Z'
const raw = (members: Partial<RawListing> = {}): RawListing => ({ title: 'RTX 3090', price_text: '$700', ...members })

function cleaned(members: Partial<RawListing>, currency?: string): CleanListing {
  const result = clean(raw(members), { seen_at: SEEN_AT, currency })
  if ('stage' in result) throw new Error(`${result.code}: ${result.reason}`)
  return result
}

function rejection(members: Partial<RawListing>, currency?: string): string {
  const result = clean(raw(members), { seen_at: SEEN_AT, currency })
  return 'stage' in result ? `${result.stage} ${result.code}` : 'none'
}

describe('the price', () => {
  const kept: [why: string, members: Partial<RawListing>, standard: string | undefined, price: number, currency: string][] = [
    ['the text wins over the column and the default', { price_text: '1.299,00 €', currency: 'USD' }, 'GBP', 1299, 'EUR'],
    ['the column wins over the default', { price_text: '1299', currency: 'eur' }, 'USD', 1299, 'EUR'],
    ['a column may hold a sign', { price_text: '1299', currency: '€' }, undefined, 1299, 'EUR'],
    ['the default is the last word', { price_text: '1299' }, 'CAD', 1299, 'CAD'],
  ]
  for (const [why, members, standard, price, currency] of kept) {
    test(`${why}: ${members.price_text} is ${price} ${currency}`, () => {
      expect(cleaned(members, standard)).toMatchObject({ price, currency, price_text: members.price_text })
    })
  }

  const refused: [members: Partial<RawListing>, expected: string][] = [
    [{ price_text: undefined as never }, 'clean no_price'],
    [{ price_text: ' ' }, 'clean no_price'],
    [{ price_text: '1299' }, 'clean no_currency'],
    [{ price_text: '1299', currency: 'gold coins' }, 'clean no_currency'],
    [{ price_text: 'Contact for Quote' }, 'clean quote'],
    [{ price_text: '$900 - $1,100' }, 'clean range'],
    [{ price_text: 'Out of Stock', currency: 'USD' }, 'clean invalid'],
    [{ price_text: '$0.00' }, 'clean invalid'],
    [{ price_text: '₩1,500,000,000' }, 'clean price_out_of_range'],
    [{ condition_text: 'Cloud Rental' }, 'clean rental'],
  ]
  for (const [members, expected] of refused) {
    test(`${JSON.stringify(members)} is rejected: ${expected}`, () => expect(rejection(members)).toBe(expected))
  }

  test('a column that names no currency does not leave the price to the default', () => {
    expect(rejection({ price_text: '1299', currency: 'gold coins' }, 'USD')).toBe('clean no_currency')
  })

  const each: [members: Partial<RawListing>, isEach: boolean][] = [
    [{ price_text: '$450 each' }, true],
    [{ price_text: '$450/pc' }, true],
    [{ price_text: '450 € pro Stück' }, true],
    [{ title: 'Lot of 4 RTX 3090, price per card' }, true],
    [{ title: 'Lot of 4 RTX 3090 24GB each' }, false],
    [{ price_text: '$1,800' }, false],
  ]
  for (const [members, isEach] of each) {
    test(`${members.title ?? ''}${members.price_text ?? ''} is a price ${isEach ? 'of one card' : 'of all cards'}`, () => {
      expect(cleaned(members).price_is_each).toBe(isEach)
    })
  }
})

describe('shipping', () => {
  const texts: [text: string, amount: number | undefined][] = [
    ['Free shipping', 0],
    ['0.00', 0],
    ['kostenlos', 0],
    ['$15.50', 15.5],
    ['12', 12],
    ['€15', undefined],
    ['Free over $50', undefined],
    ['calculated at checkout', undefined],
  ]
  for (const [shipping_text, amount] of texts) {
    test(`${shipping_text} beside a price in US dollars is ${amount ?? 'not known, with a warning'}`, () => {
      const { shipping, warnings } = cleaned({ shipping_text })
      expect(shipping).toBe(amount)
      expect(warnings).toHaveLength(amount === undefined ? 1 : 0)
    })
  }
})

describe('the condition', () => {
  const texts: [text: string, condition: ReturnType<typeof readCondition>][] = [
    ['New', 'new'],
    ['Brand New - sealed', 'new'],
    ['Neu', 'new'],
    ['Nuevo', 'new'],
    ['全新', 'new'],
    ['Новый', 'new'],
    ['새상품', 'new'],
    ['Used - Like New', 'used'],
    ['Open box', 'used'],
    ['New (open-box)', 'used'],
    ['Neuwertig', 'used'],
    ['Gebraucht', 'used'],
    ["D'occasion", 'used'],
    ['Usado', 'used'],
    ['б/у', 'used'],
    ['中古', 'used'],
    ['중고', 'used'],
    ['Off lease', 'used'],
    ['Used, no defects', 'used'],
    ['Certified - Refurbished', 'refurbished'],
    ['generalüberholt', 'refurbished'],
    ['reconditionné', 'refurbished'],
    ['整備済み品', 'refurbished'],
    ['For parts or not working', 'for_parts'],
    ['Used, for parts', 'for_parts'],
    ['defekt', 'for_parts'],
    ['pour pièces', 'for_parts'],
    ['ジャンク品', 'for_parts'],
    ['Cloud Rental', 'rental'],
    ['zur Miete', 'rental'],
    ['Liquidation', undefined],
    ['Delivery Unknown', undefined],
    ['Newegg', undefined],
    ['', undefined],
  ]
  for (const [text, condition] of texts) {
    test(`${JSON.stringify(text)} is ${condition ?? 'not known'}`, () => expect(readCondition(text)).toBe(condition))
  }
})

describe('the quantity', () => {
  const texts: [text: string, quantity: number | undefined][] = [
    ['Unavailable', 0],
    ['Out of stock', 0],
    ['SOLD OUT', 0],
    ['ausverkauft', 0],
    ['售罄', 0],
    ['0', 0],
    ['false', 0],
    ['12', 12],
    ['3 available', 3],
    ['Nur noch 2 verfügbar', 2],
    ['More than 10 available / 25 sold', 10],
    ['12pcs', 12],
    ['1,200', 1200],
    ['5.0', 5],
    ['Available', undefined],
    ['In Stock', undefined],
    ['Multiple', undefined],
    ['25 sold', undefined],
    ['3-5', undefined],
    ['-1', undefined],
    ['', undefined],
  ]
  for (const [text, quantity] of texts) {
    test(`${JSON.stringify(text)} is ${quantity ?? 'not known'}`, () => expect(readQuantity(text)).toBe(quantity))
  }
})

describe('the time of observation', () => {
  const texts: [text: string, utc: string | undefined][] = [
    ['2026-11-01T12:00:00+02:00', SEEN_AT],
    ['2026-11-01 10:00', SEEN_AT],
    ['2026-11-01 10:00:00.5 UTC', '2026-11-01T10:00:00.500Z'],
    ['2026-11-01T12:00:00+0200', SEEN_AT],
    ['2026-11-01', '2026-11-01T00:00:00.000Z'],
    ['2026/11/01', '2026-11-01T00:00:00.000Z'],
    ['Sun, 01 Nov 2026 10:00:00 GMT', SEEN_AT],
    ['Nov 1, 2026', '2026-11-01T00:00:00.000Z'],
    ['1 November 2026', '2026-11-01T00:00:00.000Z'],
    ['01.11.2026', '2026-11-01T00:00:00.000Z'],
    ['1793527200', SEEN_AT],
    ['1793527200000', SEEN_AT],
    ['11/01/2026', undefined],
    ['2026-02-30', undefined],
    ['1 Foo 2026', undefined],
    ['yesterday', undefined],
  ]
  for (const [text, utc] of texts) test(`${text} is ${utc ?? 'not known'}`, () => expect(readSeenAt(text)).toBe(utc))

  test('the listing knows it better than the run, and where it cannot be read the run does, with a warning', () => {
    expect(cleaned({ seen_at: '2026-10-01' }).seen_at).toBe('2026-10-01T00:00:00.000Z')
    expect(cleaned({})).toMatchObject({ seen_at: SEEN_AT, warnings: [] })
    expect(cleaned({ seen_at: 'yesterday' })).toMatchObject({
      seen_at: SEEN_AT,
      warnings: [expect.stringContaining('seen_at')],
    })
  })
})

describe('the other members', () => {
  test('an address is kept in its canonical form, a search page as it is, anything else not at all', () => {
    const url = (source_url: string) => cleaned({ source_url }).source_url
    expect(url('https://www.ebay.com/itm/some-card/123?hash=x')).toBe('https://www.ebay.com/itm/123')
    expect(url(' https://shop.example/a?utm_source=x ')).toBe('https://shop.example/a')
    expect(url('https://shop.example/search?q=rtx')).toBe('https://shop.example/search?q=rtx')
    expect(cleaned({ source_url: 'javascript:alert(1)' })).toMatchObject({ warnings: [expect.stringContaining('source_url')] })
    expect(url('javascript:alert(1)')).toBeUndefined()
  })

  test('texts are cut where the import would refuse them, never through a character', () => {
    const { title, seller, warnings } = cleaned({ title: `${'x'.repeat(1999)}😀`, seller: 's'.repeat(300) })
    expect(title).toBe('x'.repeat(1999))
    expect(seller).toHaveLength(200)
    expect(warnings).toHaveLength(2)
  })

  test('an id that is too long is left out: cut, it would be that of another offer', () => {
    const { listing_id, warnings } = cleaned({ listing_id: '1'.repeat(201) })
    expect([listing_id, warnings.length]).toEqual([undefined, 1])
  })

  test('short texts lose control characters and spaces around them, the title none', () => {
    const listing = cleaned({ title: ' RTX\t3090 ', seller: ' a\u0007\nb ', region: '  ' })
    expect(listing).toMatchObject({ title: ' RTX\t3090 ', seller: 'a b' })
    expect(listing).not.toHaveProperty('region')
  })

  test('further columns are kept, but for empty ones and those beyond 200', () => {
    const extra = Object.fromEntries(Array.from({ length: 250 }, (_, index) => [`column ${index}`, 'x']))
    expect(Object.keys(cleaned({ extra }).extra ?? {})).toHaveLength(200)
    expect(cleaned({ extra: { sku: 'A1', note: ' ' } }).extra).toEqual({ sku: 'A1' })
  })
})
