import { describe, expect, test } from 'vitest'
import { csvColumns, jsonColumns, type Mapped } from '../dist/read/columns.js'

/** The listing of one row under a header. */
function mapped(header: string, ...cells: (string | null)[]): Mapped {
  const columns = csvColumns(header.split('|'))
  return typeof columns === 'string' ? columns : columns(cells)
}

describe('the columns of a CSV header', () => {
  test('are known by their usual names, whatever their case, spaces and punctuation', () => {
    const known: [names: string, member: string][] = [
      ['name|Product|PRODUCT_TITLE|item|Product Title|[title]|produit', 'title'],
      ['price|Price Text|amount|cost|asking-price|Current_Price|Preis|prix', 'price_text'],
      ['Currency|currency code|Währung', 'currency'],
      ['shipping|Shipping Cost|postage|Versandkosten', 'shipping_text'],
      ['condition|Item Condition|state|Zustand', 'condition_text'],
      ['quantity|QTY|stock|Availability|in_stock|Verfügbarkeit', 'quantity_text'],
      ['source|marketplace|Site|platform', 'listing_source'],
      ['id|Item-ID', 'listing_id'],
      ['seller|Seller Name|vendor|store|shop|merchant', 'seller'],
      ['region|Geographic_Region|country|location|Ships From', 'region'],
      ['url|link|item_url|Product URL|permalink', 'source_url'],
      ['seen at|scraped_at|Crawled At|timestamp|date|last_seen', 'seen_at'],
    ]
    for (const [names, member] of known) {
      for (const name of names.split('|')) {
        const header = member === 'title' ? name : `title|${name}`
        const listing = member === 'title' ? mapped(header, 'x') : mapped(header, 't', 'x')
        expect(listing, name).toEqual(member === 'title' ? { title: 'x' } : { title: 't', [member]: 'x' })
      }
    }
    for (const name of ['source_type', 'sku', 'listing_age', 'brand']) {
      expect(mapped(`title|${name}`, 't', 'x')).toEqual({ title: 't', extra: { [name]: 'x' } })
    }
  })

  test('one that is named like the member goes first, then the plainest name, then the first column', () => {
    expect(mapped('cost|price|price_text|title', '1', '2', '3', 't')).toEqual({
      title: 't',
      price_text: '3',
      extra: { cost: '1', price: '2' },
    })
    expect(mapped('Cost|Price|title', '1', '2', 't')).toEqual({ title: 't', price_text: '2', extra: { Cost: '1' } })
    expect(mapped('vendor|shop|title', 'a', 'b', 't')).toEqual({ title: 't', seller: 'a', extra: { shop: 'b' } })
    expect(mapped('vendor|shop|title', null, 'b', 't')).toEqual({ title: 't', extra: { shop: 'b' } })
    expect(mapped('model|title', 'm', 't')).toEqual({ title: 't', extra: { model: 'm' } })
    expect(mapped('model|item', 'm', 't')).toEqual({ title: 't', extra: { model: 'm' } })
    expect(mapped('Model', 'm')).toEqual({ title: 'm' })
  })

  test('the name of the price column may say the currency', () => {
    const currencies: [name: string, currency: string][] = [
      ['Price_USD', 'USD'],
      ['price (usd)', 'USD'],
      ['price_eur', 'EUR'],
      ['Preis in EUR', 'EUR'],
      ['GBP price', 'GBP'],
      ['priceCAD', 'CAD'],
      ['Price ($)', '$'],
      ['Price (US $)', 'US$'],
      ['Preis €', '€'],
    ]
    for (const [name, currency] of currencies) {
      const listing = mapped(`title|${name}`, 't', '5')
      expect(listing, name).toEqual({ title: 't', price_text: '5', currency })
    }
    const apart = { title: 't', price_text: '700', shipping_text: '20 EUR' }
    expect(mapped('title|price|shipping_eur', 't', '700', '20')).toEqual(apart)
    expect(mapped('title|price_usd|shipping_eur', 't', '700', '20')).toEqual({ ...apart, currency: 'USD' })
    expect(mapped('title|price_eur|shipping_eur', 't', '700', '20')).toEqual({
      title: 't',
      price_text: '700',
      shipping_text: '20',
      currency: 'EUR',
    })
    expect(mapped('title|price_old', 't', '5')).toEqual({ title: 't', extra: { price_old: '5' } })
    expect(mapped('title|price_usd|currency', 't', '5', 'EUR')).toEqual({ title: 't', price_text: '5', currency: 'EUR' })
    expect(mapped('title|price_usd|currency', 't', '5', null)).toEqual({ title: 't', price_text: '5', currency: 'USD' })
    expect(mapped('title|price_usd', 't', null)).toEqual({ title: 't' })
    expect(mapped('title|price_usd|price', 't', '5', '4 €')).toEqual({
      title: 't',
      price_text: '4 €',
      extra: { price_usd: '5' },
    })
  })

  test('nothing is lost of columns without a name, with one name, or with a treacherous one', () => {
    const listing = mapped('title|Note||Note|Note (2)|__proto__', 't', 'a', 'b', 'c', 'd', 'e')
    if (typeof listing === 'string') throw new Error(listing)
    expect(Object.entries(listing.extra ?? {})).toEqual([
      ['Note', 'a'],
      ['column 3', 'b'],
      ['Note (3)', 'c'],
      ['Note (2)', 'd'],
      ['__proto__', 'e'],
    ])
  })

  test('a header without a title says what was found and what would do', () => {
    expect(mapped('Foo|Preis')).toBe(
      'no column for the title: title, name, product, product_title, item or model would do, found "Foo", "Preis"',
    )
    const many = mapped(Array.from({ length: 30 }, (_, index) => `${index}${'x'.repeat(100)}`).join('|'))
    expect(many).toMatch(/^no column for the title: .* and 10 more$/)
    expect(many).not.toContain('x'.repeat(41))
  })

  test('a row may have fewer cells, and more only if they are empty', () => {
    expect(mapped('title|price|a', 't')).toEqual({ title: 't' })
    expect(mapped('title|price', 't', '5', null, '')).toEqual({ title: 't', price_text: '5' })
    expect(mapped('title|price', 't', '5', null, 'x')).toBe('has 4 cells, the header has 2')
    for (const title of [null, '', ' \t']) expect(mapped('title|price', title, '5')).toBe('no title')
  })
})

describe('the members of a JSON object', () => {
  const of = (row: Record<string, unknown>) => jsonColumns()(row)

  test('become text in their shortest form, and null is absent', () => {
    expect(of({ Title: ' t ', price: 1299.5, in_stock: true, qty: null, a: 0, b: false, c: '' })).toEqual({
      title: ' t ',
      price_text: '1299.5',
      quantity_text: 'true',
      extra: { a: '0', b: 'false', c: '' },
    })
    expect(of({ name: 5090 })).toEqual({ title: '5090' })
    for (const row of [{}, { title: null }, { title: '' }, { title: ['t'] }, { price: 1 }]) expect(of(row)).toBe('no title')
  })

  test('an integer whose digits are not all kept is absent', () => {
    expect(of(JSON.parse('{"title":"t","id":12345678901234567890,"a":9007199254740991}'))).toEqual({
      title: 't',
      extra: { a: '9007199254740991' },
    })
  })

  test('an amount may be nested with its currency', () => {
    const price = { value: '1299.00', currency: 'USD' }
    expect(of({ title: 't', price })).toEqual({ title: 't', price_text: '1299.00', currency: 'USD' })
    expect(of({ title: 't', price: { amount: 5, currencyCode: 'EUR' }, shipping: { value: 4.5, currency: 'EUR' } })).toEqual({
      title: 't',
      price_text: '5',
      currency: 'EUR',
      shipping_text: '4.5',
    })
    expect(of({ shipping: { value: 4.5, currency: 'EUR' }, title: 't', price })).toEqual({
      title: 't',
      price_text: '1299.00',
      currency: 'USD',
      shipping_text: '4.5 EUR',
    })
    expect(of({ title: 't', price, currency: 'CAD' })).toEqual({ title: 't', price_text: '1299.00 USD', currency: 'CAD' })
    expect(of({ title: 't', price: { value: 5, currency: null } })).toEqual({ title: 't', price_text: '5' })
  })

  test('other nested values go to extra as JSON', () => {
    expect(of({ title: 't', price: { value: 5, was: 6 }, tags: ['a'], seller: { name: 'n' } })).toEqual({
      title: 't',
      extra: { price: '{"value":5,"was":6}', tags: '["a"]', seller: '{"name":"n"}' },
    })
  })

  test('rows of changing members are each mapped by their own', () => {
    const columns = jsonColumns()
    for (let round = 0; round < 3; round++) {
      expect(columns({ title: 't', url: 'u' })).toEqual({ title: 't', source_url: 'u' })
      expect(columns({ url: 'u', title: 't' })).toEqual({ title: 't', source_url: 'u' })
      expect(columns({ 'title\u0000url': 'u' })).toBe('no title')
      expect(columns({ title: 't', model: 'm' })).toEqual({ title: 't', extra: { model: 'm' } })
      for (let index = 0; index < 600; index++) columns({ title: 't', [`${round} ${index}`]: 'x' })
    }
  })
})
