import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FORMATS, offerKey } from '../dist/index.js'

const offers: [what: string, offer: Parameters<typeof offerKey>[0], key: string | undefined][] = [
  [
    'the source with its own id',
    { model: 'RTX_3090', listing_source: 'ebay', listing_id: '123', source_url: 'https://a.example/x' },
    'ebay|123',
  ],
  [
    'an id without a source is not enough',
    { model: 'RTX_3090', listing_id: '123', source_url: 'https://a.example/x' },
    'https://a.example/x|RTX_3090|||',
  ],
  ['an id without a source and an address', { model: 'RTX_3090', listing_id: '123' }, undefined],
  ['nothing', { model: 'RTX_3090' }, undefined],
  ['nulls', { model: 'RTX_3090', listing_source: null, listing_id: null, source_url: null }, undefined],
  [
    'every part',
    { model: 'RTX_3090', source_url: 'https://a.example/x', vram_gb: 24, condition: 'used', seller: 'shop' },
    'https://a.example/x|RTX_3090|24|used|shop',
  ],
  [
    'fractional memory',
    { model: 'GT_710', source_url: 'https://a.example/x', vram_gb: 0.5 },
    'https://a.example/x|GT_710|0.5||',
  ],
  [
    'a key of 2,048 characters',
    { model: 'M', source_url: `https://a.example/${'x'.repeat(2048 - 18 - 5)}` },
    `https://a.example/${'x'.repeat(2048 - 18 - 5)}|M|||`,
  ],
  ['a key of 2,049 characters', { model: 'M', source_url: `https://a.example/${'x'.repeat(2048 - 18 - 4)}` }, undefined],
]
for (const [what, offer, key] of offers) {
  test(`offer key of ${what}`, () => expect(offerKey(offer)?.replaceAll('\u001f', '|')).toBe(key))
}

const addresses: [address: string, canonical: string | undefined][] = [
  ['https://shop.example/products/rtx-3090', 'https://shop.example/products/rtx-3090'],
  ['https://shop.example', 'https://shop.example/'],
  ['HTTPS://Shop.Example/Products/RTX', 'https://shop.example/Products/RTX'],
  ['https://shop.example:443/p', 'https://shop.example/p'],
  ['https://shop.example:8443/p', 'https://shop.example:8443/p'],
  ['https://shop.example/a/../p#reviews', 'https://shop.example/p'],
  ['https://shop.example/p?utm_source=x&utm_campaign=y', 'https://shop.example/p'],
  ['https://shop.example/p?gclid=1&fbclid=2&srsltid=3&UTM_Medium=4', 'https://shop.example/p'],
  ['https://shop.example/p?', 'https://shop.example/p'],
  ['https://shop.example/p?variant=2&color=1', 'https://shop.example/p?color=1&variant=2'],
  ['https://shop.example/p?b=2&a=1&b=1&utm_id=9', 'https://shop.example/p?a=1&b=2&b=1'],
  ['https://bücher.example/ä', 'https://xn--bcher-kva.example/%C3%A4'],
  ['https://www.ebay.com/itm/123456789012', 'https://www.ebay.com/itm/123456789012'],
  ['http://www.ebay.com/itm/123456789012?hash=item1&_skw=rtx+3090', 'https://www.ebay.com/itm/123456789012'],
  ['https://www.ebay.co.uk/itm/EVGA-RTX-3090/123456789012?var=0#desc', 'https://www.ebay.co.uk/itm/123456789012'],
  ['https://ebay.de/itm/123456789012/', 'https://ebay.de/itm/123456789012'],
  ['https://www.ebay.com/itm/123456789012?_nkw=rtx', 'https://www.ebay.com/itm/123456789012'],
  ['https://notebay.com/itm/1?x=1', 'https://notebay.com/itm/1?x=1'],
  ['https://www.ebay.com/p/12345', 'https://www.ebay.com/p/12345'],
  ['https://www.ebay.com/sch/i.html?_nkw=rtx+3090', undefined],
  ['https://www.ebay.com/sch/', undefined],
  ['https://shop.example/search', undefined],
  ['https://shop.example/search?type=product', undefined],
  ['https://shop.example/Search/rtx', undefined],
  ['https://shop.example/search.php', undefined],
  ['https://shop.example/research/rtx', 'https://shop.example/research/rtx'],
  ['https://shop.example/searching-for-gold', 'https://shop.example/searching-for-gold'],
  ['https://shop.example/?q=rtx', undefined],
  ['https://shop.example/list?_nkw=rtx', undefined],
]
for (const [address, canonical] of addresses) {
  test(`canonical address of ${address} is ${canonical ?? 'none'}`, () => {
    const key = offerKey({ model: 'M', source_url: address })
    expect(key?.split('\u001f')[0]).toBe(canonical)
  })
}

describe('an http address', () => {
  const invalid = [
    'ftp://a.example/x',
    'javascript:alert(1)',
    '//a.example/x',
    'a.example/x',
    'http:a.example',
    'https://',
    'https:///x',
    'https://a example/x',
    'https://a.example/x y',
    'https://a.example/\nx',
    ' https://a.example/',
    'https://a.example:99999/',
    'https://[::1/',
    '',
  ]
  for (const text of invalid) test(`is not ${JSON.stringify(text)}`, () => expect(FORMATS['http-url'](text)).toBe(false))

  test('may have letters of Latin-1, however often one is looked at', () => {
    for (let round = 0; round < 50_000; round++) {
      if (!FORMATS['http-url']('https://bücher.example/ä')) expect.fail(`refused in round ${round}`)
    }
  })

  // Read as they stand, each of these takes a parser most of a second; together they pass the time limit of a test.
  test('of a hostile length is refused or read at once', () => {
    const hosts = Array.from({ length: 200 }, (_, index) => String.fromCodePoint(0x4e00 + index)).join('')
    for (let round = 0; round < 200; round++) {
      expect(FORMATS['http-url'](`http://${hosts.repeat(100)}${round}`)).toBe(false)
      const query = Array.from({ length: 250 }, (_, index) => `utm_${index}=${round}`).join('&')
      const key = offerKey({ model: 'M', source_url: `https://a.example/x?${query}` })
      expect(key?.split('\u001f')[0]).toBe('https://a.example/x')
    }
  })

  test('that skips the WHATWG parser is one that the parser would not change', () => {
    const segment = fc.string({ unit: fc.constantFrom(...'ab.~-_XYZ019'), maxLength: 6 })
    const host = fc.string({ unit: fc.constantFrom(...'abx019-.'), minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(host, fc.array(segment, { maxLength: 4 }), (name, segments) => {
        const text = `https://${name}.com/${segments.join('/')}`
        const parsed = hrefOf(text)
        expect(FORMATS['http-url'](text)).toBe(parsed !== undefined)
        expect(offerKey({ model: 'M', source_url: text })?.split('\u001f')[0]).toBe(parsed)
      }),
      { numRuns: 5000 },
    )
  })
})

function hrefOf(text: string): string | undefined {
  try {
    return new URL(text).href
  } catch {
    return undefined
  }
}
