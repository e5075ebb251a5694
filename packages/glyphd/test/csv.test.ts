// Strict: unlike `toStrictEqual`, it takes members named `constructor` and `__proto__` for members.
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { GPUListingDTO, LISTING_MEMBERS, type SubmittedListing, UnreadableRow } from 'glyphsieve'
import { describe, expect, test } from 'vitest'
import type { StoredListing } from '../dist/contract/listings.js'
import { DEFAULT_LIMITS } from '../dist/contract/operations.js'
import { CELL_KINDS, SYNONYMS } from '../dist/csv/columns.js'
import { CsvHeaderError } from '../dist/csv/header.js'
import { csvHeader, csvLine } from '../dist/csv/listing-line.js'
import { csvListingsReader } from '../dist/csv/listings-reader.js'
import { explain, isAcceptable } from '../dist/ingest/validate.js'
import { fromRow } from '../dist/store/from-row.js'
import { COLUMNS, type Row, type RowPlace, toRow } from '../dist/store/to-row.js'
import { arbitraryListing, listing } from './listings.ts'

const PLACE: RowPlace = {
  import_id: '019a3f6e-0000-7000-8000-000000000000',
  import_index: 3,
  timestamp: '2026-11-01T10:00:00.000Z',
}

/** Every row of a body with its line; positions must follow each other. */
function numbered(
  body: string | Uint8Array,
  size = Number.POSITIVE_INFINITY,
  { max_row_bytes = 1024 * 1024, max_body_bytes = 1024 * 1024 } = {},
): [number, unknown][] {
  const bytes = Buffer.from(body)
  const reader = csvListingsReader({ max_row_bytes, max_body_bytes })
  const chunks: Uint8Array[] = []
  for (let at = 0; at < bytes.length; at += size) chunks.push(Uint8Array.from(bytes.subarray(at, at + size)))
  return rowsOf(reader, chunks)
}

function rowsOf(reader: ReturnType<typeof csvListingsReader>, chunks: Uint8Array[]): [number, unknown][] {
  const pushed = chunks.flatMap((chunk) => {
    const batches = reader.push(chunk)
    chunk.fill(0x21) // its memory may be reused
    return batches
  })
  let next = 0
  return [...pushed, ...reader.end()].flatMap(({ first_row, rows, lines }) => {
    expect(first_row).toBe(next)
    expect(lines).toHaveLength(rows.length)
    next += rows.length
    return rows.map((row, index): [number, unknown] => [lines?.[index] ?? 0, shown(row)])
  })
}

const read = (body: string | Uint8Array) => numbered(body).map(([, row]) => row)
/** A row as the store gives it back. */
function storedOf(row: Row): StoredListing {
  return fromRow(Object.fromEntries(COLUMNS.map((column, index) => [column, row[index] ?? null])))
}

/** The listing as JSON carries it: without -0. */
function overTheWire(submitted: SubmittedListing): SubmittedListing {
  return JSON.parse(JSON.stringify(submitted))
}

const shown = (row: unknown) => (row instanceof UnreadableRow ? `${row.code}: ${row.message} <${row.text}>` : row)

const REQUIRED = { model: 'M', price: 1, score: 0 }

/** What becomes of one cell in a column of this name. */
const cell = (name: string, text: string) => read(`model,price,score,${name}\nM,1,0,${text}\n`)[0]

function headerError(body: string): string {
  try {
    read(body)
  } catch (error) {
    if (error instanceof CsvHeaderError) return error.message
    throw error
  }
  throw new Error('the header was taken')
}

describe('a cell', () => {
  const cells: [column: string, cell: string, members: Record<string, unknown>][] = [
    ['title', '', {}],
    ['title', '""', { title: '' }],
    ['title', ' a ', { title: ' a ' }],
    ['title', '"a ""b"", c\r\nd"', { title: 'a "b", c\r\nd' }],
    ['title', '0012', { title: '0012' }],
    ['title', 'null', { title: 'null' }],
    ['shipping', '', {}],
    ['shipping', '""', { shipping: '' }],
    ['shipping', '"12.5"', { shipping: 12.5 }],
    ['shipping', 'null', { shipping: 'null' }],
    ['lot_size', '2', { lot_size: 2 }],
    ['lot_size', '2.0', { lot_size: 2 }],
    ['lot_size', 'two', { lot_size: 'two' }],
    ['nvlink', 'true', { nvlink: true }],
    ['nvlink', '1', { nvlink: true }],
    ['nvlink', 'false', { nvlink: false }],
    ['nvlink', '0', { nvlink: false }],
    ['nvlink', 'TRUE', { nvlink: 'TRUE' }],
    ['nvlink', 'yes', { nvlink: 'yes' }],
    ['quantization_capacity.7b', '4', { quantization_capacity: { '7b': 4 } }],
    ['Quantization Capacity.70B', '4', { quantization_capacity: { '70b': 4 } }],
    ['quantization_capacity.405B', '0', { quantization_capacity: { '405B': 0 } }],
    ['quantization_capacity.13b', 'many', { quantization_capacity: { '13b': 'many' } }],
    ['quantization_capacity.__proto__', '1', { quantization_capacity: JSON.parse('{"__proto__":1}') }],
    ['quantization_capacity', '"{""7b"":4}"', { quantization_capacity: { '7b': 4 } }],
    ['quantization_capacity', '{7b:4}', { quantization_capacity: '{7b:4}' }],
    ['score_breakdown', '"{""memory"":1}"', { score_breakdown: { memory: 1 } }],
    ['score_breakdown', 'null', { score_breakdown: null }],
    ['warnings', '"[""a""]"', { warnings: ['a'] }],
    ['warnings', 'old driver', { warnings: 'old driver' }],
    ['extra', '"{""a"":[1]}"', { extra: { a: [1] } }],
    ['extra', 'null', { extra: null }],
    ['extra', '"""x"""', { extra: 'x' }],
    ['color', 'red', { color: 'red' }],
    ['color', '12', { color: '12' }],
    ['Color Name', "'=x", { 'Color Name': '=x' }],
    ['__proto__', 'x', JSON.parse('{"__proto__":"x"}')],
    ['constructor', 'x', { constructor: 'x' }],
    ['id', 'a.1', { id: 'a.1' }],
    ['import_id', 'auto-generated', { import_id: 'auto-generated' }],
    ['import_index', '7', { import_index: 7 }],
    ['offer_key', "'=k", { offer_key: '=k' }],
    ['title', "'=x", { title: '=x' }],
    ['title', "''=x", { title: "'=x" }],
    ['title', "'+", { title: '+' }],
    ['title', "'-1", { title: '-1' }],
    ['title', "'@a", { title: '@a' }],
    ['title', "'\ta", { title: '\ta' }],
    ['title', '"\'\ra"', { title: '\ra' }],
    ['title', "'", { title: "'" }],
    ['title', "''", { title: "''" }],
    ['title', "'tis", { title: "'tis" }],
    ['title', '=x', { title: '=x' }],
    ['shipping', "'5", { shipping: "'5" }],
  ]
  for (const [column, text, members] of cells) {
    test(`${JSON.stringify(text)} under ${column} gives ${JSON.stringify(members)}`, () => {
      assert.deepEqual(cell(column, text), merged(members))
    })
  }

  test('of extra that is not JSON makes the row unreadable, for as a text it would be stored', () => {
    expect(cell('extra', 'red, old')).toBe('invalid_csv: expected 4 cells, found 5 <M,1,0,red, old>')
    expect(cell('extra', '"red, old"')).toBe('invalid_csv: column extra: expected JSON <M,1,0,"red, old">')
    expect(cell('Extra', '""')).toBe('invalid_csv: column extra: expected JSON <M,1,0,"">')
  })

  const numbers = '0 -0 7 10 -3 1.5 0.25 1e3 1E+3 1e-3 12.5e2 9007199254740993 1e400 123456789012345678901234567890'.split(' ')
  const texts = [
    ...'01 -01 +1 .5 5. 1.e3 1e 1e+ - -- 1-2 0x10 0b1 1_000 NaN Infinity -Infinity 1e3.5 1,5 1n ٣ true 1.2.3'.split(' '),
    ' 1',
    '1 ',
    '1\n',
    '\t1',
  ]
  test('is a number exactly where JSON says so, and else stays a text', () => {
    for (const text of numbers) assert.deepEqual(cell('shipping', text), { ...REQUIRED, shipping: JSON.parse(text) })
    for (const text of texts) assert.deepEqual(cell('shipping', `"${text}"`), { ...REQUIRED, shipping: text })
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0123459.eE+-'), minLength: 1, maxLength: 9 }), (text) => {
        assert.deepEqual(cell('shipping', text), { ...REQUIRED, shipping: jsonOr(text) })
      }),
      { numRuns: 3000 },
    )
  })

  test('that is no number is refused with its value', () => {
    const [row] = read('model,price,score\nM,"1,299",0\n')
    expect(explain(row, DEFAULT_LIMITS, 9).findings).toEqual([
      { pointer: '/price', code: 'type', message: 'expected a number, found a string', value: '1,299' },
    ])
  })
})

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** The required members and others, `__proto__` being a name like any other. */
function merged(members: Record<string, unknown>): unknown {
  return Object.fromEntries([...Object.entries(REQUIRED), ...Object.entries(members)])
}

describe('a header', () => {
  test('names members in any case, with spaces, hyphens or underscores, or by a synonym', () => {
    expect(read('Canonical-Model,FINAL_SCORE,"Price",Market Place,URL,vram\nM,0.5,2,eBay,https://a.example/,24')).toEqual([
      { model: 'M', score: 0.5, price: 2, listing_source: 'eBay', source_url: 'https://a.example/', vram_gb: 24 },
    ])
    for (const [member, synonyms] of Object.entries(SYNONYMS)) {
      for (const synonym of synonyms) {
        const others = ['model', 'price', 'score'].filter((name) => name !== member)
        const [row] = read(`${[...others, synonym].join(',')}\n${others.map(() => '1').join(',')},1`)
        expect(row, synonym).toHaveProperty(member)
      }
    }
  })

  test('no synonym is the name of a member, or stands for two', () => {
    const names = Object.keys(CELL_KINDS).map((name) => name.replaceAll('_', ''))
    const all = [...names, ...Object.values(SYNONYMS).flat()]
    expect(all.filter((name, index) => all.indexOf(name) !== index)).toEqual([])
  })

  test('may have names of its own, as long as they do not make more of the body than it may have', () => {
    const name = 'n'.repeat(200)
    const body = (rows: number, cell: string) => `model,price,score,${name}\n${`M,1,0,${cell}\n`.repeat(rows)}`
    const limits = { max_body_bytes: 10_000 }
    expect(numbered(body(50, 'x'), 100, limits)).toHaveLength(50)
    expect(() => numbered(body(51, 'x'), 100, limits)).toThrow('come to more than 10000 bytes')
    expect(numbered(body(500, ''), 100, limits)).toHaveLength(500)
  })

  test('may have semicolons or tabs between the names', () => {
    const row = { model: 'M', price: 1.5, score: 0, title: 'a, b' }
    expect(read('model;price;score;title\nM;1.5;0;a, b')).toEqual([row])
    expect(read('model\tprice\tscore\ttitle\nM\t1.5\t0\ta, b')).toEqual([row])
  })

  const errors: [what: string, body: string, message: string][] = [
    [
      'without required columns',
      '\n\nmodel,cost\nM,1\n',
      'The CSV header (line 3) has no column for price, score: expected at least model, price, score, found "model", "cost"',
    ],
    [
      'that is a row already',
      'M,1,0',
      'The CSV header (line 1) has no column for model, price, score: expected at least model, price, score, found "M", "1", "0"; raw listings become scored ones with glyphsieve run',
    ],
    [
      'of raw listings',
      'title,price\nRTX 3090,700 USD\n',
      'The CSV header (line 1) has no column for model, score: expected at least model, price, score, found "title", "price"; raw listings become scored ones with glyphsieve run',
    ],
    [
      'with many and long names',
      `${'n'.repeat(100)},2,3,4,5,6,7,8,9,10`,
      `The CSV header (line 1) has no column for model, price, score: expected at least model, price, score, found "${'n'.repeat(39)}…", "2", "3", "4", "5", "6", "7", "8" and 2 more; raw listings become scored ones with glyphsieve run`,
    ],
    [
      'with a name that would make every row large',
      `model,price,score,${'n'.repeat(201)}`,
      `The CSV header (line 1): expected at most 200 characters, the name of column 4 has 201: "${'n'.repeat(39)}…"`,
    ],
    [
      'with names that hide what they are',
      'model,price,\u202escore\u0007',
      'The CSV header (line 1) has no column for score: expected at least model, price, score, found "model", "price", "\\u{202e}score\\u{7}"',
    ],
    [
      'with two columns for one member',
      'model,price,score,final_score\n',
      'The CSV header (line 1) has two columns for "score": column 3 "score" and column 4 "final_score"; expected one',
    ],
    [
      'with two columns for one model size',
      'model,price,score,quantization_capacity.7b,Quantization-Capacity.7B\n',
      'The CSV header (line 1) has two columns for "quantization_capacity.7b": column 4 "quantization_capacity.7b" and column 5 "Quantization-Capacity.7B"; expected one',
    ],
    [
      'with two unknown columns of one name',
      'model,price,score,color,color\n',
      'The CSV header (line 1) has two columns for "color": column 4 "color" and column 5 "color"; expected one',
    ],
    [
      'that cannot be read',
      'model,"price"x,score\n',
      'The CSV header (line 1) cannot be read: cell 2: text behind the closing quote',
    ],
    ['with U+0000', 'model,price,score,a\u0000\n', 'The CSV header (line 1) has U+0000 in the name of column 4: "a\\u{0}"'],
    [
      'whose lines end with CR alone',
      'model,price,score\rM,1,0\r',
      'The CSV header (line 1) has no column for score: expected lines that end with LF or CRLF, found CR alone',
    ],
    [
      'without a name for a column that has text',
      ',model,price,score\n,M,1,0\n"",M,1,0\n0,M,1,0\n',
      'Column 1 of the CSV has no name in the header: expected empty cells, found text on line 4',
    ],
  ]
  for (const [what, body, message] of errors) test(`${what} is refused in words`, () => expect(headerError(body)).toBe(message))

  test('may leave columns without a name that have no text', () => {
    expect(read('model,price,score,, \nM,1,0,,""\n')).toEqual([REQUIRED])
  })

  test('that is too large is refused', () => {
    const body = `model,price,score,${'x'.repeat(200)}\nM,1,0,x\n`
    expect(() => numbered(body, 10, { max_row_bytes: 100 })).toThrow(
      'The CSV header (line 1) cannot be read: a row has at most 100 bytes',
    )
  })

  test('two unknown columns that differ in case are two members', () => {
    expect(read('model,price,score,color,Color\nM,1,0,red,blue')).toEqual([{ ...REQUIRED, color: 'red', Color: 'blue' }])
  })

  test('alone, or no line at all, gives no rows', () => {
    for (const body of ['', '\ufeff', '\r\n\n', 'model,price,score', 'model,price,score\r\n\r\n'])
      expect(numbered(body, 1)).toEqual([])
  })
})

describe('rows', () => {
  const nasty = Buffer.concat([
    Buffer.from('\ufeff\r\nModel,"price",final_score,title,"no\nte",quantization_capacity.7b,extra\r\n'),
    Buffer.from('Ä€😀,1.5,0.5,"1,299\n\r\n""",,4,\r\n\n  \n'),
    Buffer.from('"",2,1,"""",\'=a"b"c,,"{""a"":""é""}"\r\n'),
    Buffer.from([0x61, 0xff, 0x2c, 0x62, 0x0a]),
    Buffer.from('M,1,0\r\n"a" b,1,0,,,,\nM,1,0,\rx\r,"","",{\n,,,,,,\nM,3,0,last,,,"{}"\n"open,1\nM,1,0,,,,\n'),
  ])
  const rows = [
    [4, { model: 'Ä€😀', price: 1.5, score: 0.5, title: '1,299\n\r\n"', quantization_capacity: { '7b': 4 } }],
    [9, { model: '', price: 2, score: 1, title: '"', 'no\nte': '=a"b"c', extra: { a: 'é' } }],
    [10, 'invalid_csv: not valid UTF-8 <undefined>'],
    [11, 'invalid_csv: expected 7 cells, found 3 <M,1,0>'],
    [12, 'invalid_csv: cell 1: text behind the closing quote <"a" b,1,0,,,,>'],
    [13, 'invalid_csv: column extra: expected JSON <M,1,0,\rx\r,"","",{>'],
    [14, {}],
    [15, { model: 'M', price: 3, score: 0, title: 'last', extra: {} }],
    [16, 'invalid_csv: a quote that opens on line 16 is not closed <"open,1\nM,1,0,,,,\n>'],
  ]

  test('cut anywhere in two, or byte by byte, are the same and on the same lines', () => {
    for (const size of [1, 2, 3, 7]) assert.deepEqual(numbered(nasty, size), rows)
    for (let at = 0; at <= nasty.length; at++) {
      const chunks = [Uint8Array.from(nasty.subarray(0, at)), Uint8Array.from(nasty.subarray(at))]
      assert.deepEqual(rowsOf(csvListingsReader({ max_row_bytes: 1000, max_body_bytes: 100_000 }), chunks), rows)
    }
  })

  test('with more or fewer cells than the header are unreadable by themselves', () => {
    expect(numbered('model,price,score\nM,1\nM,1,0,\nM,1,0\n')).toEqual([
      [2, 'invalid_csv: expected 3 cells, found 2 <M,1>'],
      [3, 'invalid_csv: expected 3 cells, found 4 <M,1,0,>'],
      [4, REQUIRED],
    ])
  })

  test('that give the capacity both ways are unreadable', () => {
    const header = 'model,price,score,quantization_capacity.7b,quantization_capacity'
    expect(read(`${header}\nM,1,0,1,\nM,1,0,,{}\nM,1,0,1,{}\n`)).toEqual([
      { ...REQUIRED, quantization_capacity: { '7b': 1 } },
      { ...REQUIRED, quantization_capacity: {} },
      'invalid_csv: expected quantization_capacity or quantization_capacity.7b and so on, found both <M,1,0,1,{}>',
    ])
  })

  test('that are too large are unreadable, without their text', () => {
    expect(numbered(`model,price,score\n${'x'.repeat(200)},1,0\nM,1,0\n`, 30, { max_row_bytes: 100 })).toEqual([
      [2, 'row_too_large: a row has at most 100 bytes <undefined>'],
      [3, REQUIRED],
    ])
  })

  test('tell where a text may be bad, in JSON cells too', () => {
    const flags = (row: string) =>
      csvListingsReader({ max_row_bytes: 1000, max_body_bytes: 100_000 })
        .push(Buffer.from(`model,price,score,extra\n${row}\n`))
        .map((batch) => batch.may_hold_bad_text)
    expect(flags('M,1,0,{}')).toEqual([false])
    expect(flags('M\u0000,1,0,{}')).toEqual([true])
    expect(flags('M,1,0,"{""a"":""\\u0000""}"')).toEqual([true])
    expect(flags('M,1,0,"{""a"":""\\ud800""}"')).toEqual([true])
    expect(flags('M\\u0000,1,0,{}')).toEqual([false])
  })
})

describe('an export', () => {
  const stored = (members: Record<string, unknown>) => storedOf(toRow(listing(members), PLACE))

  test('has every column there is, in one order', () => {
    expect(csvHeader()).toBe(
      'id,import_id,import_index,model,price,score,currency,price_usd,shipping,lot_size,quantity,listing_source,listing_id,seller,' +
        'region,generation,form_factor,pipeline_version,title,price_text,source_url,condition,seen_at,vram_gb,mem_bandwidth_gbs,' +
        'tdp_watts,mig_support,nvlink,quantization_capacity.7b,quantization_capacity.13b,quantization_capacity.70b,' +
        'quantization_capacity,match_score,score_breakdown,warnings,offer_key,extra\r\n',
    )
  })

  test('has the members of the contract in its order, and their cells by their types', () => {
    expect(Object.keys(CELL_KINDS)).toEqual(['id', 'import_id', 'import_index', ...LISTING_MEMBERS, 'offer_key', 'extra'])
    for (const name of LISTING_MEMBERS) {
      const schema: object = GPUListingDTO.properties[name]
      const type: unknown = 'type' in schema ? schema.type : 'string'
      const kind =
        type === 'boolean' ? type : type === 'string' ? 'text' : type === 'number' || type === 'integer' ? 'number' : 'json'
      expect(CELL_KINDS[name], name).toBe(kind)
    }
  })

  test('leaves absent members empty, and quotes only where it must', () => {
    expect(csvLine(stored({ title: 'a "b", c', seller: '', region: ' EU ', extra: { a: 1 } }))).toBe(
      `${PLACE.import_id}.3,${PLACE.import_id},3,RTX_3090,700,0.5,USD,700,,1,,,,"", EU ,,,,"a ""b"", c",,,,` +
        '2026-11-01T10:00:00.000Z,,,,,,,,,,,,,,"{""a"":1}"\r\n',
    )
  })

  const formulas = [
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@a', "'@a"],
    ['\ta', "'\ta"],
    ['\ra', '"\'\ra"'],
    ["'=a", "''=a"],
    ["'a", "'a"],
    ['=a,"', '"\'=a,"""'],
    ['a=1', 'a=1'],
  ] as const
  for (const [text, expected] of formulas) {
    test(`writes the text ${JSON.stringify(text)} as ${JSON.stringify(expected)}`, () => {
      const line = csvLine(stored({ model: text, title: text }))
      expect(line.startsWith(`${PLACE.import_id}.3,${PLACE.import_id},3,${expected},700,`)).toBe(true)
      expect(line).toContain(`,,${expected},,`)
    })
  }

  const capacities: [capacity: string, cells: string][] = [
    ['{"7b":4,"13b":2,"70b":0}', '4,2,0,'],
    ['{"13b":2}', ',2,,'],
    ['{}', ',,,{}'],
    ['{"13b":2,"7b":4}', ',,,"{""13b"":2,""7b"":4}"'],
    ['{"7b":4,"405b":1}', ',,,"{""7b"":4,""405b"":1}"'],
  ]
  for (const [capacity, cells] of capacities) {
    test(`writes the capacity ${capacity} as ${cells}`, () => {
      expect(csvLine(stored({ nvlink: true, quantization_capacity: JSON.parse(capacity), match_score: 0.5 }))).toContain(
        `,true,${cells},0.5,`,
      )
    })
  }

  test('imports again as the same rows, whatever the listings hold', () => {
    const nastyText = fc.oneof(
      fc.string({ unit: fc.constantFrom(...'\'=+-@\t\r\n", ;a€'), maxLength: 6 }),
      fc.constantFrom('', "'=x", "''=x", "''", '\r', '\n', '\r\n', ' ', '\ufeff', '""', 'null', '1e3'),
    )
    const texts = fc.record({ title: nastyText, seller: nastyText, note: nastyText }, { requiredKeys: [] })
    fc.assert(
      fc.property(
        fc.array(fc.tuple(arbitraryListing, texts), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 500 }),
        (listings, size) => {
          const expected = listings.map(([submitted, texts]) => toRow(overTheWire({ ...submitted, ...texts }), PLACE))
          const body = csvHeader() + expected.map((row) => csvLine(storedOf(row))).join('')
          const found = numbered(body, size).map(([, row]) => {
            if (isAcceptable(row, DEFAULT_LIMITS, true)) return toRow(row, PLACE)
            throw new Error(JSON.stringify(explain(row, DEFAULT_LIMITS, 9)))
          })
          assert.deepEqual(found, expected)
        },
      ),
      { numRuns: 1000 },
    )
  })
})
