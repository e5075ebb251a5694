import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import type { ListingsMediaType } from '../dist/index.js'
import { MAX_MEMBERS, RULED_MEMBERS } from './judge.ts'
import { arbitraryListing, IGNORED_MEMBERS } from './listings.ts'

/** A row as its members in the order in which they are written, a name perhaps twice, each value as JSON text; or another value. */
type WrittenRow = [name: string, json: string][] | string

/** How rows are written down. All ways mean the same. */
interface Style {
  bom: boolean
  space: '' | ' ' | '\n' | '\r\n\t'
  lineEnd: '\n' | '\r\n'
  /** Every character as an escape; in CSV every cell in quotes. */
  laboured: boolean
  /** In CSV, sizes of models in columns of their own. */
  sizesApart: boolean
}

interface Body {
  media_type: ListingsMediaType
  gzip: boolean
  /** What is sent. */
  bytes: Buffer
}

const MEDIA_TYPES: ListingsMediaType[] = ['application/json', 'application/x-ndjson', 'text/csv']

const mediaType = fc.constantFrom(...MEDIA_TYPES)
const style: fc.Arbitrary<Style> = fc.record({
  bom: fc.boolean(),
  space: fc.constantFrom('', ' ', '\n', '\r\n\t'),
  lineEnd: fc.constantFrom('\n', '\r\n'),
  laboured: fc.boolean(),
  sizesApart: fc.boolean(),
})

const validRow = arbitraryListing.map(
  (listing): WrittenRow => Object.entries(listing).map(([name, value]) => [name, written(value)]),
)

/** Texts of JSON that some member refuses, and some that look as if it should. */
const oddText = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      '0',
      '-0',
      '-1',
      '0.5',
      '7',
      '8',
      '100.00000000000001',
      '1e9',
      '1000000000.1',
      '1e-400',
      '1E+2',
      '2e0',
    ),
  },
  {
    weight: 4,
    arbitrary: fc.constantFrom('1e999', '-1e999', '9007199254740993', '123456789012345678901234567890', 'null', 'true'),
  },
  {
    weight: 4,
    arbitrary: fc
      .constantFrom(
        '',
        ' ',
        '\u00a0\t',
        'usd',
        'USD',
        'EUR',
        'XXY',
        'used',
        'Used',
        '1',
        '=1',
        "'=1",
        "'",
        '"',
        'a,b;c\td',
        'a\r\nb',
        '\r',
      )
      .map(written),
  },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom(
        '2026-11-01T10:00:00Z',
        '2026-02-29T10:00:00Z',
        '2028-02-29T10:00:00+05:30',
        '2026-11-01',
        '2026-11-01t23:59:59.9999-00:01',
      )
      .map(written),
  },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom(
        'ftp://a.example/',
        'https://',
        'https://a.example',
        '//a.example',
        'javascript:alert(1)',
        'http://[::1',
        ' https://a.example',
      )
      .map(written),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom('"\\u0000"', '"\\ud800"', '"a\\udc00b"', '{"\\ud83d":1}', '["\\u0000"]', '{"a":[1e999]}'),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom('x', 'é', '😀', 'e\u0301'), fc.constantFrom(100, 101, 200, 201, 700, 2000, 2001, 2049))
      .map(([character, times]) => written(character.repeat(times))),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.boolean(), fc.oneof(fc.integer({ min: 31, max: 34 }), fc.constant(500)))
      .map(([isArray, levels]) =>
        isArray ? '['.repeat(levels) + ']'.repeat(levels) : `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`,
      ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '{"7b":1,"13b":0}',
      '{"7b":-1}',
      '{"7b":null}',
      '{"memory":1.5}',
      '{"memory":"1"}',
      '["a"]',
      '["a",1]',
      '{}',
      '[]',
    ),
  },
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 3 }).map(written) },
)
const oddName = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...RULED_MEMBERS) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      ...IGNORED_MEMBERS,
      'extra',
      'extra',
      '__proto__',
      'constructor',
      '',
      '\0',
      '\ud83d',
      'a/b~c',
      'Model',
    ),
  },
)
const crowd = fc
  .tuple(fc.integer({ min: MAX_MEMBERS - 30, max: MAX_MEMBERS + 2 }), fc.boolean())
  .map(([size, inExtra]): [string, string][] => {
    const members = Array.from({ length: size }, (_, index): [string, string] => [`m${index}`, `${index}`])
    return inExtra ? [['extra', `{${members.map(([name, json]) => `"${name}":${json}`).join()}}`]] : members
  })
const changes = fc.oneof(
  { weight: 9, arbitrary: fc.array(fc.tuple(oddName, oddText), { minLength: 1, maxLength: 2 }) },
  { weight: 1, arbitrary: crowd },
)
/** Of duplicate names the last wins: a change in front of the members may change nothing. */
const changedRow = fc
  .tuple(validRow, changes, fc.boolean())
  .map(
    ([row, changes, inFront]): WrittenRow =>
      typeof row === 'string' ? row : inFront ? [...changes, ...row] : [...row, ...changes],
  )
const shortRow = fc
  .subarray(RULED_MEMBERS.slice(0, 3))
  .map((names): WrittenRow => names.map((name) => [name, name === 'model' ? '"M"' : '1']))
const otherValue = fc.oneof(fc.constantFrom('null', '[]', '{}', '5', '"text"', '[{"model":"M","price":1,"score":1}]'), oddText)
const row = fc.oneof(
  { weight: 6, arbitrary: validRow },
  { weight: 5, arbitrary: changedRow },
  { weight: 1, arbitrary: shortRow },
  { weight: 1, arbitrary: otherValue },
)

/** A change of the bytes; places are shares of the length. */
interface Damage {
  kind: 'flip' | 'cut' | 'delete' | 'insert' | 'splice'
  at: number
  from: number
  length: number
  bytes: Buffer
}
const share = fc.integer({ min: 0, max: 10_000 }).map((at) => at / 10_000)
const damage: fc.Arbitrary<Damage> = fc.record({
  kind: fc.constantFrom('flip', 'cut', 'delete', 'insert', 'insert', 'splice'),
  at: share,
  from: share,
  length: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 300 })),
  bytes: fc.oneof(
    fc
      .constantFrom(
        '"',
        ',',
        '\n',
        '\r',
        '\\',
        '{',
        '}',
        '[',
        ']',
        ':',
        '\0',
        '\ufeff',
        '\u2028',
        ' ',
        '-',
        '9',
        '"",',
        '},{',
        'e9',
      )
      .map((text) => Buffer.from(text)),
    fc.constantFrom('ff', 'c080', 'eda080', 'f4908080', 'e282', '80', '1f8b').map((hex) => Buffer.from(hex, 'hex')),
  ),
})

const damages = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Damage[]>([]) },
  { weight: 3, arbitrary: fc.array(damage, { minLength: 1, maxLength: 3 }) },
)

/** A body of valid listings in any format, written in any style, and those listings. */
export const validBody = fc
  .tuple(fc.array(arbitraryListing, { minLength: 1, maxLength: 12 }), mediaType, style, fc.boolean())
  .map(([listings, media_type, style, gzip]) => {
    const rows = listings.map((listing): WrittenRow => Object.entries(listing).map(([name, value]) => [name, written(value)]))
    return { listings, ...encoded(bytesOf(rows, media_type, style), media_type, gzip) }
  })

/** A body that may be wrong anywhere and in any way, or right. */
export const anyBody: fc.Arbitrary<Body> = fc
  .record({
    rows: fc.array(row, { maxLength: 5 }),
    times: fc.oneof({ weight: 100, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.constant(40) }),
    media_type: mediaType,
    style,
    damages,
    gzip: fc.nat({ max: 3 }).map((draw) => draw === 3),
    brokenGzip: fc.oneof(
      { weight: 12, arbitrary: fc.constant<Damage[]>([]) },
      { weight: 1, arbitrary: fc.array(damage, { minLength: 1, maxLength: 1 }) },
    ),
  })
  .map(({ rows, times, media_type, style, damages, gzip, brokenGzip }) => {
    const repeated = Array.from({ length: times }, () => rows).flat()
    const bytes = damages.reduce(damaged, bytesOf(repeated, media_type, style))
    const body = encoded(bytes, media_type, gzip)
    return gzip ? { ...body, bytes: brokenGzip.reduce(damaged, body.bytes) } : body
  })

function encoded(bytes: Buffer, media_type: ListingsMediaType, gzip: boolean): Body {
  return { media_type, gzip, bytes: gzip ? gzipSync(bytes, { level: 1 }) : bytes }
}

function damaged(bytes: Buffer, { kind, at, from, length, bytes: inserted }: Damage): Buffer {
  const place = Math.floor(at * bytes.length)
  const head = bytes.subarray(0, place)
  const source = Math.floor(from * bytes.length)
  switch (kind) {
    case 'flip':
      return Buffer.concat([head, Buffer.from([(bytes[place] ?? 0) ^ (1 << (length % 8))]), bytes.subarray(place + 1)])
    case 'cut':
      return head
    case 'delete':
      return Buffer.concat([head, bytes.subarray(place + length)])
    case 'insert':
      return Buffer.concat([head, inserted, bytes.subarray(place)])
    case 'splice':
      return Buffer.concat([head, bytes.subarray(source, source + length), bytes.subarray(place)])
  }
}

function written(value: unknown): string {
  return JSON.stringify(value)
}

function bytesOf(rows: readonly WrittenRow[], media_type: ListingsMediaType, style: Style): Buffer {
  const text =
    media_type === 'application/json'
      ? arrayText(rows, style)
      : media_type === 'text/csv'
        ? csvText(rows, style)
        : linesText(rows, style)
  return Buffer.from((style.bom ? '\ufeff' : '') + text)
}

function arrayText(rows: readonly WrittenRow[], style: Style): string {
  const { space } = style
  return `${space}[${space}${rows.map((row) => rowText(row, style)).join(`${space},${space}`)}${space}]${space}`
}

function linesText(rows: readonly WrittenRow[], style: Style): string {
  const space = style.space === ' ' ? ' ' : ''
  const blank = style.space === '\n' ? style.lineEnd : ''
  return rows.map((row) => rowText(row, { ...style, space }) + style.lineEnd + blank).join('')
}

function rowText(row: WrittenRow, { space, laboured }: Style): string {
  if (typeof row === 'string') return row
  const name = (text: string) => (laboured ? escaped(text) : JSON.stringify(text))
  const value = (json: string) => (laboured && /^"[^"\\]*"$/.test(json) ? escaped(JSON.parse(json)) : json)
  return `{${row.map(([member, json]) => `${space}${name(member)}${space}:${space}${value(json)}`).join(`${space},`)}${space}}`
}

function escaped(text: string): string {
  return `"${Array.from({ length: text.length }, (_, index) => `\\u${text.charCodeAt(index).toString(16).padStart(4, '0')}`).join('')}"`
}

const CAPACITY = 'quantization_capacity'
const SIZES = ['7b', '13b', '70b']

/** Rows as CSV: members of the contract in columns of their names, the others as JSON in the column `extra`. */
function csvText(rows: readonly WrittenRow[], style: Style): string {
  const records = rows.map((row) => recordOf(row, style))
  const names = [...new Set(['model', 'price', 'score', ...records.flatMap((record) => [...record.keys()])])]
  const lines = [names, ...records.map((record) => names.map((name) => record.get(name) ?? ''))].map((cells) => cells.join())
  return lines.join(style.lineEnd) + (style.space === ' ' ? '' : style.lineEnd)
}

function recordOf(row: WrittenRow, style: Style): Map<string, string> {
  const members = new Map(typeof row === 'string' ? [['model', row] as const] : row)
  const record = new Map<string, string>()
  const others = [...members].filter(([name]) => !RULED_MEMBERS.includes(name) && ![...IGNORED_MEMBERS, 'extra'].includes(name))
  for (const [name, json] of members) {
    const sizes: Record<string, unknown> = name === CAPACITY ? (JSON.parse(json) ?? {}) : {}
    const areApart =
      style.sizesApart && Object.keys(sizes).length > 0 && Object.keys(sizes).every((size) => SIZES.includes(size))
    if (areApart)
      for (const [size, count] of Object.entries(sizes)) record.set(`${name}.${size}`, cellOf(written(count), style))
    else if (RULED_MEMBERS.includes(name)) record.set(name, cellOf(json, style))
  }
  const extra = members.get('extra') ?? 'null'
  const kept = [
    ...(extra === 'null' || extra === '{}' ? [] : extra.startsWith('{') ? [extra.slice(1, -1)] : [`"extra":${extra}`]),
    ...others.map(([name, json]) => `${written(name)}:${json}`),
  ]
  if (kept.length > 0) record.set('extra', quoted(`{${kept.join()}}`))
  return record
}

function cellOf(json: string, { laboured }: Style): string {
  if (json === 'null') return ''
  if (json.startsWith('{') || json.startsWith('[')) return quoted(json)
  if (!json.startsWith('"')) return laboured ? quoted(json) : json
  const text: string = JSON.parse(json)
  const guarded = /^'*[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return laboured || text === '' || /[",\r\n]/.test(text) ? quoted(guarded) : guarded
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`
}
