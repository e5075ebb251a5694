import fc from 'fast-check'
import { LISTING_MEMBERS, UnreadableRow } from 'glyphsieve'
import { describe, expect, test } from 'vitest'
import { explain, isAcceptable } from '../dist/ingest/validate.js'
import { shown } from '../dist/shown.js'
import { arbitraryListing } from './listings.ts'

const limits = { max_members: 40, max_depth: 4 }

const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 6 }),
  fc.constantFrom<unknown>(
    Number.POSITIVE_INFINITY,
    -0.5,
    0,
    1.5,
    1e300,
    2 ** 53,
    'abc',
    '',
    ' ',
    '\0',
    'a\ud800',
    'x'.repeat(2100),
  ),
  fc.constantFrom<unknown>([[[[1]]]], [[[[[1]]]]], { a: { b: { c: { d: {} } } } }, { '\0': 1 }, { '\udc00': [] }, [Number.NaN]),
  fc.constantFrom<unknown>(
    { '7b': -1 },
    { '7b': 1, '34b': 2 },
    { memory: '1' },
    ['a', 1],
    'USD',
    'used',
    'http://[',
    '2026-11-01T00:00:00Z',
  ),
)

describe('the two validators', () => {
  test('agree on every row, valid or spoilt', () => {
    const names = fc.oneof(fc.constantFrom<string>(...LISTING_MEMBERS, 'extra', 'id', '__proto__'), fc.string())
    let accepted = 0
    fc.assert(
      fc.property(arbitraryListing, fc.array(fc.tuple(names, odd), { maxLength: 3 }), (listing, changes) => {
        const row = Object.fromEntries([...Object.entries(listing), ...changes])
        const { count, findings } = explain(row, limits, 1000)
        expect(count).toBe(findings.length)
        expect(isAcceptable(row, limits, true), JSON.stringify(findings)).toBe(findings.length === 0)
        const badText = findings.some(({ code }) => code === 'nul_character' || code === 'lone_surrogate')
        if (!badText) expect(isAcceptable(row, limits, false)).toBe(findings.length === 0)
        expect(new Set(findings.map(({ pointer }) => pointer)).size).toBe(findings.length)
        if (findings.length === 0) accepted++
      }),
      { numRuns: 5000 },
    )
    expect(accepted).toBeGreaterThan(500)
    expect(accepted).toBeLessThan(4500)
  })

  test('agree that what is no object is no listing', () => {
    for (const row of [null, true, 0, Number.POSITIVE_INFINITY, 'text', [], [{}], new UnreadableRow('invalid_json', 'why')]) {
      expect(isAcceptable(row, limits, true)).toBe(false)
      expect(explain(row, limits, 5)).toMatchObject({ count: 1, findings: [{ pointer: '' }] })
    }
  })
})

describe('a value that an error shows', () => {
  test('is short, however large or deep what was found is', () => {
    let deep: unknown = 'x'
    for (let level = 0; level < 100_000; level++) deep = { deep }
    const wide = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`${index}`, index]))
    for (const value of [deep, wide, 'x'.repeat(1e6), { ['x'.repeat(1e6)]: 1 }, Array(1e6).fill(1)]) {
      expect(`${shown(value)}`.length).toBeLessThanOrEqual(100)
    }
  })

  test('is what was found where that is short', () => {
    for (const value of ['', 'text', 0, -5.5, true, null]) expect(shown(value)).toBe(value)
    expect(shown({ a: [1, 'b', null, {}], '"': true })).toBe('{"a":[1,"b",null,{}],"\\"":true}')
    expect(shown(Number.NEGATIVE_INFINITY)).toBe('-Infinity')
  })

  test('is not cut in the middle of a character', () => {
    for (let length = 95; length < 105; length++) expect(`${shown(`${'x'.repeat(length)}😀😀😀`)}`.isWellFormed()).toBe(true)
  })
})
