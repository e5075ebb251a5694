import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CsvRow, csvReader } from '../dist/read/csv.js'
import { UnreadableRow } from '../dist/read/rows.js'
import { chunksOf, cutAt, rowsOf } from './chunks.ts'

const reader = (max_row_bytes = 1024 * 1024) => csvReader({ max_row_bytes })
const read = (body: string | Uint8Array, chunk = Number.POSITIVE_INFINITY, max?: number) =>
  shown(rowsOf(reader(max), chunksOf(body, chunk)))
const shown = (rows: unknown[]) => rows.map((row) => (row instanceof UnreadableRow ? `${row.code}: ${row.message}` : row))

/** Rows with their lines. */
function numbered(chunks: Uint8Array[], max?: number): unknown[] {
  const r = reader(max)
  const batches = [...chunks.flatMap((chunk) => r.push(chunk)), ...r.end()]
  let next = 0
  return batches.flatMap((batch) => {
    expect(batch.first_row).toBe(next)
    expect(batch.lines).toHaveLength(batch.rows.length)
    next += batch.rows.length
    return shown(batch.rows).map((row, index) => [batch.lines?.[index], row])
  })
}

const nasty = Buffer.concat([
  Buffer.from('\ufeff\r\n  \nname,"price, ""asked""",note\r\n'),
  Buffer.from('Ä€😀 ,"1,299\n\r\n""",\n\n"",a"b"c,""""\r\n'),
  Buffer.from([0x61, 0xff, 0x2c, 0x62, 0x0a]),
  Buffer.from('"a" b,c,"d\ne"\n,,\nx\ry, z\r\n"last\nrow","open\n,\n\nend\n'),
])
const nastyRows = [
  [3, ['name', 'price, "asked"', 'note']],
  [4, ['Ä€😀 ', '1,299\n\r\n"', null]],
  [8, ['', 'a"b"c', '"']],
  [9, 'invalid_csv: not valid UTF-8'],
  [10, 'invalid_csv: cell 1: text behind the closing quote'],
  [12, [null, null, null]],
  [13, ['x\ry', ' z']],
  [14, 'invalid_csv: a quote that opens on line 15 is not closed'],
]

describe('CSV', () => {
  test('cut anywhere in two, or byte by byte, gives the same rows and lines', () => {
    for (let at = 0; at <= nasty.length; at++) expect(numbered(cutAt(nasty, at))).toEqual(nastyRows)
    for (const chunk of [1, 2, 3, 7]) expect(numbered(chunksOf(nasty, chunk))).toEqual(nastyRows)
  })

  test('tells an empty cell from an empty text', () => {
    expect(read('a,,"",\n"",\n"","",b')).toEqual([
      ['a', null, '', null],
      ['', null],
      ['', '', 'b'],
    ])
  })

  test('takes semicolons or tabs where the first row has no comma outside quotes', () => {
    expect(read('a;"b,c";d\n1,5;"x;y";\n')).toEqual([
      ['a', 'b,c', 'd'],
      ['1,5', 'x;y', null],
    ])
    expect(read('a\tb\n1;2,3\t "q"\n')).toEqual([
      ['a', 'b'],
      ['1;2,3', ' "q"'],
    ])
    expect(read('a;b,c\n1;2,3\n')).toEqual([
      ['a;b', 'c'],
      ['1;2', '3'],
    ])
    expect(read('title\n1;2\n')).toEqual([['title'], ['1;2']])
  })

  test('finds the end of a first row in which only the semicolon makes a quote one', () => {
    const rows = [
      ['a', 'b\nc'],
      ['1', '2'],
    ]
    for (const chunk of [1, 5, 1000]) {
      expect(read('"a";"b\nc"\n1;2', chunk)).toEqual(rows)
      expect(read('"a";"b\nc"', chunk)).toEqual(rows.slice(0, 1))
    }
  })

  test('a row that is broken is unreadable by itself', () => {
    expect(read('a,b\n"24"" monitor",x\n"24" monitor",x\n24" monitor,y\n')).toEqual([
      ['a', 'b'],
      ['24" monitor', 'x'],
      'invalid_csv: cell 1: text behind the closing quote',
      ['24" monitor', 'y'],
    ])
  })

  test('every row has its text, where it is no larger than it may be and valid UTF-8', () => {
    const body = Buffer.concat([
      Buffer.from('a,"b\r\n"\r\n"24" x",\r\r\n \n'),
      Buffer.from([0xff, 0x0a]),
      Buffer.from(`"${'x'.repeat(30)}"\nc\n"open\r\nd\n`),
    ])
    const texts = ['a,"b\r\n"', '"24" x",\r', undefined, undefined, 'c', '"open\r\nd\n']
    for (let at = 0; at <= body.length; at++) {
      const r = reader(20)
      const batches = [...cutAt(body, at).flatMap((chunk) => r.push(chunk)), ...r.end()]
      expect(batches.flatMap((batch) => batch.texts)).toEqual(texts)
      for (const [index, row] of batches.flatMap((batch) => batch.rows).entries()) {
        if (row instanceof UnreadableRow) expect(row.text).toBe(texts[index])
      }
    }
    const r = reader(8)
    expect([...r.push(Buffer.from('a\n"open\nmore')), ...r.end()].flatMap((batch) => batch.texts)).toEqual(['a', undefined])
  })

  test('an open quote costs no row in front of it, however much follows', () => {
    const body = `a,b\n1,2\n3,"4\n${'x,y\n'.repeat(1000)}`
    for (const max of [100, 1_000_000]) {
      expect(read(body, 50, max)).toEqual([['a', 'b'], ['1', '2'], 'invalid_csv: a quote that opens on line 3 is not closed'])
    }
  })

  test('gives an oversized row as unreadable and reads on behind it', () => {
    const long = 'x'.repeat(500)
    const bodies = [
      `a,b\n${long},1\n2,3\n"${long}\n""\n",4\r\n5,6\n${long}`,
      `a,b\n1,${long}\n2,3\n"\n${long}",4\n5,6\n"${long}"`,
    ]
    for (const body of bodies) {
      for (const chunk of [1, 50, 10_000]) {
        const lines = numbered(chunksOf(body, chunk), 100).map((row) => (row as [number])[0])
        expect(lines).toEqual(body.includes('""') ? [1, 2, 3, 4, 7, 8] : [1, 2, 3, 4, 6, 7])
        expect(read(body, chunk, 100)).toEqual([
          ['a', 'b'],
          'row_too_large: a row has at most 100 bytes',
          ['2', '3'],
          'row_too_large: a row has at most 100 bytes',
          ['5', '6'],
          'row_too_large: a row has at most 100 bytes',
        ])
      }
    }
  })

  test('counts no line end as part of a row, wherever it is cut', () => {
    for (const row of [`a,${'é'.repeat(49)}`, `"",${'é'.repeat(48)}x`]) {
      expect(Buffer.byteLength(row)).toBe(100)
      for (const end of ['\n', '\r\n']) {
        const bytes = Buffer.from(`a,b\n${row}${end}${row}`)
        for (let at = 0; at <= bytes.length; at++) {
          for (const found of rowsOf(reader(100), cutAt(bytes, at))) expect(found).not.toBeInstanceOf(UnreadableRow)
          expect(rowsOf(reader(99), cutAt(bytes, at)).filter((found) => found instanceof UnreadableRow)).toHaveLength(2)
        }
      }
    }
  })

  test('any bytes give the same rows and lines, however they are cut', () => {
    const piece = fc.constantFrom(
      ...['"', '""', ',', ';', '\t', '\n', '\r\n', '\r', ' ', 'a', 'bcd', 'é', '\u0000'].map(Buffer.from),
      Buffer.of(0xff),
    )
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 60 }),
        fc.integer({ min: 1, max: 20 }),
        fc.constantFrom(3, 8, 1000),
        (pieces, chunk, max) => {
          const body = Buffer.concat(pieces)
          const whole = numbered([body], max)
          expect(numbered(chunksOf(body, chunk), max)).toEqual(whole)
          expect(numbered(chunksOf(body, 1), max)).toEqual(whole)
        },
      ),
      { numRuns: 5000 },
    )
  })

  test('an empty body has no rows', () => {
    for (const body of ['', '\ufeff', '\n', ' \r\n\n']) expect(read(body, 1)).toEqual([])
  })

  test('tells which batches may hold U+0000', () => {
    const flags = (body: string) =>
      reader()
        .push(Buffer.from(body))
        .map((batch) => batch.may_hold_bad_text)
    expect(flags('a,b\n1,2\n')).toEqual([false])
    expect(flags('a,b\n1,\u0000\n')).toEqual([true])
    expect(flags('a,b\n1,"\u0000"\n')).toEqual([true])
  })

  test('what is written is read, whatever the cells and the chunks', () => {
    const text = fc.string({
      unit: fc.oneof(fc.constantFrom(...'",;\t\r\n a'), fc.string({ unit: 'binary', maxLength: 1 })),
      maxLength: 6,
    })
    const cell = fc.option(text, { freq: 4 })
    fc.assert(
      fc.property(
        fc.array(fc.array(cell, { minLength: 2, maxLength: 5 }), { maxLength: 12 }),
        fc.constantFrom(',', ';', '\t'),
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        fc.integer({ min: 1, max: 40 }),
        (rows, delimiter, lineEnd, finalLineEnd, chunk) => {
          const all: CsvRow[] = [['first', 'row'], ...rows]
          const body = all.map((row) => row.map(encoded).join(delimiter)).join(lineEnd) + (finalLineEnd ? lineEnd : '')
          expect(read(body, chunk)).toEqual(all)
        },
      ),
      { numRuns: 2000 },
    )
  })
})

function encoded(cell: string | null): string {
  if (cell === null) return ''
  return cell === '' || /[",;\t\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}
