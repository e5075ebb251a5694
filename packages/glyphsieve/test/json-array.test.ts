import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { jsonArrayReader, MalformedJson, NotAnArray, type RowReader, textPosition, UnreadableRow } from '../dist/index.js'
import { chunksOf, cutAt, rowsOf } from './chunks.ts'

const reader = (max_row_bytes = 1024 * 1024): RowReader => jsonArrayReader({ max_row_bytes })
const read = (text: string | Uint8Array, chunk = Number.POSITIVE_INFINITY, max?: number) =>
  rowsOf(reader(max), chunksOf(text, chunk))

const nasty = [
  { model: 'A', title: 'a "quoted" },{ and a \\ backslash' },
  { model: 'Ä€😀', nested: [{ a: [{}, {}] }, { b: '},{' }], empty: {} },
  {},
  { model: '\u2028 \u0001 \ud83d\ude00', n: [-0.5e-7, 1e5, true, false, null] },
]

describe('a JSON array', () => {
  // A small limit makes small windows, so that all ways through the reader are taken.
  test('cut anywhere in two gives the same rows', () => {
    for (const space of [undefined, 2, '\r\n\t']) {
      const bytes = Buffer.from(JSON.stringify(nasty, undefined, space))
      for (const max of [undefined, 400, 250]) {
        for (let at = 0; at <= bytes.length; at++) expect(rowsOf(reader(max), cutAt(bytes, at))).toEqual(nasty)
      }
    }
  })

  test('given byte by byte gives the same rows', () => {
    const text = `\ufeff \n${JSON.stringify(nasty, undefined, 1)}\n `
    expect(read(text, 1)).toEqual(nasty)
    expect(read(text, 1, 400)).toEqual(nasty)
  })

  test('numbers its rows from 0 across batches', () => {
    const many = Array.from({ length: 5000 }, (_, index) => ({ index, title: 'x'.repeat(100) }))
    const r = reader()
    const batches = [...r.push(Buffer.from(JSON.stringify(many))), ...r.end()]
    expect(batches.length).toBeGreaterThan(2)
    let next = 0
    for (const batch of batches) {
      expect(batch.first_row).toBe(next)
      next += batch.rows.length
    }
    expect(next).toBe(5000)
  })

  test('keeps duplicate names as JSON.parse does, and __proto__ as a name like any other', () => {
    const [row] = read('[{"a":1,"a":2,"__proto__":{"polluted":true}}]') as [Record<string, unknown>]
    expect(Object.keys(row)).toEqual(['a', '__proto__'])
    expect(row['a']).toBe(2)
    expect(Object.getPrototypeOf(row)).toBe(Object.prototype)
  })

  test('reads 20,000 levels of nesting', () => {
    const [row] = read(`[${'['.repeat(20_000)}${']'.repeat(20_000)}]`, 100) as [unknown[]]
    let depth = 0
    for (let value: unknown = row; Array.isArray(value); value = value[0]) depth++
    expect(depth).toBe(20_000)
  })

  test('tells which batches may hold bad text', () => {
    const flag = (text: string) => {
      const r = reader()
      return [...r.push(Buffer.from(text)), ...r.end()].map((batch) => batch.may_hold_bad_text)
    }
    expect(flag('["\\u00e9"]')).toEqual([false])
    expect(flag('["\\u0000"]')).toEqual([true])
    expect(flag('["\\uD83d"]')).toEqual([true])
    expect(flag('{"\\u0000":1}'.replace(/^/, '[').replace(/$/, ']'))).toEqual([true])
  })

  test('finds the first wrong byte, by line and column, and quotes nothing', () => {
    const cases: [body: string | Buffer, line: number, column: number, reason: string][] = [
      ['', 1, 1, 'expected a value, and the body ends'],
      ['  ', 1, 3, 'expected a value, and the body ends'],
      ['\ufeff', 1, 1, 'expected a value, and the body ends'],
      ['[', 1, 2, 'the body ends inside the array'],
      ['[{"a":1}', 1, 9, 'the body ends inside the array'],
      ['[{"a":1},]', 1, 10, 'expected a value'],
      ['[,{"a":1}]', 1, 2, 'expected a value'],
      ['[{"a":1} {"a":2}]', 1, 10, 'expected "," or "]"'],
      ['[{"a":1}}', 1, 9, 'expected "," or "]"'],
      ['[{"a":1}]x', 1, 10, 'expected nothing behind the array'],
      ['[{"a":1}] [', 1, 11, 'expected nothing behind the array'],
      ['[{"a":1}]]', 1, 10, 'expected nothing behind the array'],
      ['[\n{"a":01}]', 2, 7, 'expected "," or "}"'],
      ['[\n{"ä":+1}]', 2, 6, 'expected a value'],
      ["[{'a':1}]", 1, 3, 'expected a member name in double quotes or "}"'],
      ['[{"a":1,}]', 1, 9, 'expected a member name in double quotes'],
      ['[{"a" 1}]', 1, 7, 'expected ":"'],
      ['[NaN]', 1, 2, 'expected a value'],
      ['[tru]', 1, 5, 'expected true, false or null'],
      ['["\t"]', 1, 3, 'a control character in a text must be escaped'],
      ['["\\x"]', 1, 4, 'expected one of the escapes \\" \\\\ \\/ \\b \\f \\n \\r \\t \\u'],
      ['["\\u12g4"]', 1, 7, 'expected four hexadecimal digits after \\u'],
      ['[1.]', 1, 4, 'expected a digit'],
      ['[1e+]', 1, 5, 'expected a digit'],
      [Buffer.from([0x5b, 0x22, 0xc3, 0x28, 0x22, 0x5d]), 1, 4, 'not valid UTF-8'],
      [Buffer.from([0x5b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x5d]), 1, 4, 'not valid UTF-8'],
      [Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d]), 1, 3, 'not valid UTF-8'],
      ['<html>', 1, 1, 'expected a value'],
      ['{"a":1', 1, 7, 'the body ends inside a value'],
      ['{"a":1} x', 1, 9, 'expected nothing behind the value'],
    ]
    for (const [body, line, column, reason] of cases) {
      for (const chunk of [1, 3, 1000]) {
        const chunks = chunksOf(body, chunk)
        const error = caught(() => rowsOf(reader(), chunks))
        expect(error, `${body}`).toBeInstanceOf(MalformedJson)
        const { offset, reason: found } = error as MalformedJson
        expect({ body: `${body}`, ...textPosition(chunks, offset), reason: found }).toEqual({
          body: `${body}`,
          line,
          column,
          reason,
        })
      }
    }
  })

  test('tells a well-formed value that is no array from a malformed one', () => {
    for (const body of ['{"a":[1]}', ' "x" ', '12', '-0.5e3', 'null', '{}\n']) {
      for (const chunk of [1, 1000]) expect(caught(() => read(body, chunk))).toBeInstanceOf(NotAnArray)
    }
  })

  test('gives an oversized row as unreadable and reads on behind it, without holding it', () => {
    const large = { title: 'x'.repeat(300_000), nested: [{ a: 1 }, { a: 2 }] }
    const rows = [{ a: 1 }, large, { a: 2 }, large]
    for (const chunk of [1000, 1_000_000]) {
      const found = read(JSON.stringify(rows, undefined, 1), chunk, 200_000)
      expect(found.map((row) => row instanceof UnreadableRow)).toEqual([false, true, false, true])
      expect(found[2]).toEqual({ a: 2 })
      expect((found[1] as UnreadableRow).code).toBe('row_too_large')
    }
    const exact = JSON.stringify({ t: 'y'.repeat(92) })
    expect(exact.length).toBe(100)
    expect(read(`[${exact},${exact}]`, 7, 100)).toHaveLength(2)
    expect(read(`[${exact},${exact}]`, 7, 99).every((row) => row instanceof UnreadableRow)).toBe(true)
  })

  test('agrees with JSON.parse on arbitrary JSON, arbitrarily chunked and laid out', () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue()),
        fc.integer({ min: 1, max: 90 }),
        fc.nat(3),
        fc.constantFrom(80, 1000),
        (rows, chunk, space, max) => {
          const text = JSON.stringify(rows, undefined, space)
          const expected = rows.map((row) => JSON.parse(JSON.stringify(row)))
          const found = read(text, chunk, max)
          expect(found).toHaveLength(expected.length)
          for (const [index, row] of found.entries()) {
            if (!(row instanceof UnreadableRow)) expect(row).toEqual(expected[index])
            else expect(Buffer.byteLength(JSON.stringify(rows[index], undefined, space))).toBeGreaterThan(max / 4)
          }
        },
      ),
      { numRuns: 2000 },
    )
  })

  test('accepts a mutated text exactly if JSON.parse does', () => {
    const arbitrary = fc.tuple(
      fc.array(fc.object({ maxDepth: 2, maxKeys: 3 }), { minLength: 1, maxLength: 6 }),
      fc.array(fc.tuple(fc.nat(), fc.constantFrom(...'{}[]",:\\ntu0-1e.+ \u0000ä'), fc.boolean()), {
        minLength: 1,
        maxLength: 3,
      }),
      fc.integer({ min: 1, max: 50 }),
    )
    fc.assert(
      fc.property(arbitrary, ([rows, edits, chunk]) => {
        let text = JSON.stringify(rows)
        for (const [at, character, insert] of edits) {
          const index = at % (text.length + 1)
          text = text.slice(0, index) + character + text.slice(index + (insert ? 0 : 1))
        }
        let expected: unknown
        try {
          expected = JSON.parse(text)
        } catch {
          expect(caught(() => read(text, chunk, 100))).toBeInstanceOf(MalformedJson)
          return
        }
        if (!Array.isArray(expected)) expect(caught(() => read(text, chunk, 100))).toBeInstanceOf(NotAnArray)
        else expect(read(text, chunk)).toEqual(expected)
      }),
      { numRuns: 5000 },
    )
  })
})

function caught(action: () => unknown): unknown {
  try {
    action()
  } catch (error) {
    return error
  }
  return undefined
}
