import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ndjsonReader, type RowReader, UnreadableRow } from '../dist/index.js'
import { chunksOf, cutAt, rowsOf } from './chunks.ts'

const reader = (max_row_bytes = 1024 * 1024): RowReader => ndjsonReader({ max_row_bytes })
const linesOf = (body: string | Uint8Array, chunk: number) => {
  const r = reader()
  return [...chunksOf(body, chunk).flatMap((bytes) => r.push(bytes)), ...r.end()].flatMap((batch) => batch.lines)
}

describe('newline-delimited JSON', () => {
  test('cut anywhere in two gives the same rows', () => {
    const bytes = Buffer.from('\ufeff{"a":"Ä€😀"}\r\n\n \t\r\n{"b":"\\n\\u0041"}\n[1]\n"x"')
    for (let at = 0; at <= bytes.length; at++) {
      expect(rowsOf(reader(), cutAt(bytes, at))).toEqual([{ a: 'Ä€😀' }, { b: '\nA' }, [1], 'x'])
    }
  })

  test('counts physical lines, blank ones included', () => {
    for (const chunk of [1, 4, 1000]) {
      expect(linesOf('{"a":1}\n\n{"a":2}\r\n \nnonsense\n{"a":3}\n', chunk)).toEqual([1, 3, 5, 6])
    }
  })

  test('a broken line is unreadable by itself, with its column, and quotes nothing', () => {
    const body = Buffer.concat([
      Buffer.from('{"a":1}\n{"ä":secret}\n{"a":1},{"a":2}\n{"a":\n'),
      Buffer.from([0x22, 0xff, 0x22, 0x0a]),
      Buffer.from('{"a":2}'),
    ])
    for (const chunk of [1, 1000]) {
      const rows = rowsOf(reader(), chunksOf(body, chunk))
      expect(rows.map((row) => (row instanceof UnreadableRow ? `${row.code}: ${row.message}` : row))).toEqual([
        { a: 1 },
        'invalid_json: column 6: expected a value',
        'invalid_json: column 8: expected nothing behind the value',
        'invalid_json: column 6: the line ends inside a value',
        'invalid_json: column 2: not valid UTF-8',
        { a: 2 },
      ])
      const texts = rows.map((row) => (row instanceof UnreadableRow ? row.text : 'read'))
      expect(texts).toEqual(['read', '{"ä":secret}', '{"a":1},{"a":2}', '{"a":', undefined, 'read'])
    }
  })

  test('lines that complete each other do not pass for rows', () => {
    const rows = rowsOf(reader(), chunksOf('{"a":1\n"b":2}\n{"c":1},{"d":2}', 1000))
    expect(rows.every((row) => row instanceof UnreadableRow)).toBe(true)
    expect(rows).toHaveLength(3)
  })

  test('gives an oversized line as unreadable, without holding it', () => {
    const body = `{"a":1}\n"${'x'.repeat(500)}"\n{"a":2}\n"${'x'.repeat(500)}"`
    for (const chunk of [1, 50, 10_000]) {
      const rows = rowsOf(reader(100), chunksOf(body, chunk))
      expect(rows.map((row) => (row instanceof UnreadableRow ? row.code : row))).toEqual([
        { a: 1 },
        'row_too_large',
        { a: 2 },
        'row_too_large',
      ])
    }
  })

  test('counts no line end as part of a row', () => {
    const row = JSON.stringify({ t: 'x'.repeat(92) })
    expect(row).toHaveLength(100)
    for (const end of ['\n', '\r\n']) expect(rowsOf(reader(100), chunksOf(row + end + row + end, 1000))).toHaveLength(2)
    for (const end of ['\n', '\r\n']) {
      for (const found of rowsOf(reader(100), chunksOf(row + end, 1000))) expect(found).not.toBeInstanceOf(UnreadableRow)
    }
  })

  test('an empty body has no rows', () => {
    for (const body of ['', '\ufeff', '\n', ' \r\n\n']) expect(rowsOf(reader(), chunksOf(body, 1))).toEqual([])
  })

  test('agrees with JSON.parse line by line on arbitrary JSON, arbitrarily chunked', () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue()),
        fc.integer({ min: 1, max: 60 }),
        fc.constantFrom('\n', '\r\n'),
        (rows, chunk, end) => {
          const body = rows.map((row) => JSON.stringify(row) + end).join('')
          expect(rowsOf(reader(), chunksOf(body, chunk))).toEqual(rows.map((row) => JSON.parse(JSON.stringify(row))))
        },
      ),
      { numRuns: 1000 },
    )
  })
})
