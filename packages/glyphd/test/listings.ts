import fc from 'fast-check'
import { FORMATS, LISTING_MEMBERS, type SubmittedListing } from 'glyphsieve'
import type { ImportOptions, ListingsMediaType, ReceivedBody, StorageEngine } from '../dist/index.js'

/** Bytes of one chunk of a body: few, so that rows lie across chunks. */
const CHUNK_BYTES = 64 * 1024

/** Members that clients may send and that the store fills in itself. */
export const IGNORED_MEMBERS: readonly string[] = ['id', 'import_id', 'import_index', 'offer_key']

/** One valid listing: the required members, and those that a test is about. */
export function listing(members: Partial<SubmittedListing> & Record<string, unknown> = {}): SubmittedListing {
  return { model: 'RTX_3090', price: 700, score: 0.5, ...members }
}

/** A body as the server hands it over when it has received these rows, valid or not: in chunks of their own memory. */
export function bodyOf(rows: readonly unknown[], media_type: ListingsMediaType = 'application/json'): ReceivedBody {
  const lines = media_type === 'application/x-ndjson'
  return bodyOfText(lines ? rows.map((row) => `${JSON.stringify(row)}\n`).join('') : JSON.stringify(rows), media_type)
}

export function bodyOfText(text: string, media_type: ListingsMediaType = 'application/json'): ReceivedBody {
  const bytes = new TextEncoder().encode(text)
  const chunks: ArrayBuffer[] = []
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) chunks.push(bytes.slice(at, at + CHUNK_BYTES).buffer)
  return { media_type, chunks, bytes: bytes.length, file: undefined }
}

/** Imports a body and returns the result alone. */
export async function importInto(store: StorageEngine, body: ReceivedBody, options: Partial<ImportOptions> = {}) {
  return (await store.import(body, { handling: 'strict', ...options })).result
}

/** Text that a listing may hold: any characters but U+0000 and halves of surrogate pairs. */
const text = (maxLength: number, minLength = 0) =>
  fc.oneof(
    fc.string({
      minLength,
      maxLength,
      unit: fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }).filter((c) => c !== '\0'),
    }),
    fc.constantFrom(
      'RTX 3090 "FTW3" 24 GB',
      '’tis 😀 1.299,00 €',
      '\u202e\u0007\\ \n\t',
      '\uffff\ue000',
      '0012',
      '1e3',
      'null',
    ),
  )

/** Names that the contract does not give to a member, among them those that an object of JavaScript has by itself. */
const unknownName = fc
  .oneof(
    fc.constantFrom('__proto__', 'constructor', 'toString', 'toJSON', 'hasOwnProperty', 'length', '', '0', '10'),
    fc.constantFrom('🚀', '価格', 'Model', ' price', 'position', 'rowid', 'warranty', 'a.b', 'a/b~c'),
    text(8),
  )
  .filter((name) => name !== 'extra' && !IGNORED_MEMBERS.includes(name) && !LISTING_MEMBERS.some((member) => member === name))

/** Names of nested members: nothing is special there. */
const anyName = fc.oneof(unknownName, fc.constantFrom('extra', 'id', 'offer_key', 'price', 'model'))

const finite = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.constantFrom(0, -0, 0.1, Number.MAX_SAFE_INTEGER + 1, Number.MAX_VALUE, Number.MIN_VALUE),
)
const scalar = fc.oneof(fc.constant(null), fc.boolean(), finite, text(12))

// Object.fromEntries defines members, so that `__proto__` is one like any other.
const objectOf = <T>(name: fc.Arbitrary<string>, value: fc.Arbitrary<T>) =>
  fc.array(fc.tuple(name, value), { maxLength: 4 }).map((entries): Record<string, T> => Object.fromEntries(entries))

const { json } = fc.letrec<{ json: unknown; inner: unknown }>((tie) => ({
  json: fc.oneof({ maxDepth: 5 }, scalar, fc.array(tie('json'), { maxLength: 4 }), objectOf(anyName, tie('json'))),
  inner: scalar,
}))

const positive = (max: number) =>
  fc.oneof(fc.double({ min: Number.MIN_VALUE, max, noNaN: true }), fc.integer({ min: 1, max: 1e9 }), fc.constant(max))
const fromZero = fc.oneof(
  fc.double({ min: 0, max: Number.MAX_VALUE, noNaN: true }),
  fc.constantFrom(0, -0, 12.5, Number.MAX_VALUE),
)
const count = (min: number) =>
  fc.oneof(
    fc.integer({ min, max: 1000 }),
    fc.maxSafeInteger().filter((value) => value >= min),
    fc.constant(2 ** 53 - 1),
  )

/** RFC 3339 with every kind of fraction and offset, upper and lower case. */
const seenAt = fc
  .tuple(
    fc.date({ min: new Date('1970-01-02T00:00:00Z'), max: new Date('2199-12-30T00:00:00Z'), noInvalidDate: true }),
    fc.stringMatching(/^(\.[0-9]{1,9})?$/),
    fc.oneof(fc.constantFrom('Z', 'z', '-00:00'), fc.stringMatching(/^[+-](0[0-9]|1[0-9]|2[0-3]):[0-5][0-9]$/)),
    fc.constantFrom('T', 't'),
  )
  .map(([date, fraction, offset, t]) => date.toISOString().slice(0, 19).replace('T', t) + fraction + offset)

const sourceUrl = fc.oneof(
  fc.webUrl({ validSchemes: ['http', 'https'], withQueryParameters: true, withFragments: true }).filter(FORMATS['http-url']),
  fc.constantFrom(
    'https://www.ebay.com/itm/123456789012?hash=item1',
    'https://shop.example/search?q=rtx',
    'HTTPS://Shop.Example/p?utm_source=x&b=2&a=1#top',
    'https://bücher.example/ä',
  ),
)

const optional = {
  currency: fc.constantFrom('USD', 'EUR', 'JPY', 'GBP'),
  price_usd: positive(Number.MAX_VALUE),
  shipping: fromZero,
  lot_size: count(1),
  quantity: count(0),
  listing_source: text(20),
  listing_id: text(20, 1),
  seller: text(20),
  region: text(20),
  generation: text(20),
  form_factor: text(20),
  pipeline_version: text(20),
  title: text(60),
  price_text: text(20),
  source_url: sourceUrl,
  condition: fc.constantFrom('new' as const, 'refurbished' as const, 'used' as const, 'for_parts' as const, 'unknown' as const),
  seen_at: seenAt,
  vram_gb: positive(Number.MAX_VALUE),
  mem_bandwidth_gbs: positive(Number.MAX_VALUE),
  tdp_watts: count(0),
  mig_support: fc.integer({ min: 0, max: 7 }),
  nvlink: fc.boolean(),
  quantization_capacity: fc
    .tuple(
      fc.record({ '7b': count(0), '13b': count(0), '70b': count(0) }, { requiredKeys: [] }),
      objectOf(fc.oneof(anyName, fc.constant('405b')), count(0)),
    )
    .map(([sizes, others]) => Object.fromEntries([...Object.entries(sizes), ...Object.entries(others)])),
  match_score: fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 1)),
  score_breakdown: objectOf(anyName, finite),
  warnings: fc.array(text(30), { maxLength: 3 }),
} satisfies Record<Exclude<keyof SubmittedListing, 'model' | 'price' | 'score'>, fc.Arbitrary<unknown>>

const named = fc.record(
  {
    model: fc.oneof(fc.constantFrom('RTX_3090', 'H100_PCIE_80GB'), text(20, 1)).filter((model) => /\S/.test(model)),
    price: positive(1e9).filter((price) => price <= 1e9),
    score: fc.oneof(fc.double({ min: 0, max: 100, noNaN: true }), fc.constantFrom(0, -0, 1, 100)),
    ...mapValues(optional, (member) => fc.option(member, { nil: null, freq: 6 })),
  },
  { requiredKeys: ['model', 'price', 'score'] },
)

/** Any valid listing as a client may send it, with members that the contract does not name, in any order. */
export const arbitraryListing: fc.Arbitrary<SubmittedListing> = fc
  .tuple(
    named,
    fc.array(fc.tuple(unknownName, json), { maxLength: 5 }),
    fc.option(fc.oneof({ weight: 3, arbitrary: objectOf(anyName, json) }, { weight: 1, arbitrary: json }), { nil: undefined }),
    fc.array(fc.tuple(fc.constantFrom(...IGNORED_MEMBERS), fc.oneof(fc.constant('auto-generated'), json)), { maxLength: 2 }),
    fc.boolean(),
  )
  .map(([members, unknown, extra, ignored, extraFirst]) => {
    const withExtra: [string, unknown][] = extra === undefined ? [] : [['extra', extra]]
    const others = [...unknown, ...ignored]
    const entries = [...(extraFirst ? withExtra : others), ...Object.entries(members), ...(extraFirst ? others : withExtra)]
    // What Object.fromEntries forgets: these are the entries of `named` and others.
    return Object.fromEntries(entries) as SubmittedListing
  })

function mapValues<T extends Record<string, fc.Arbitrary<unknown>>>(
  members: T,
  change: (member: fc.Arbitrary<unknown>) => fc.Arbitrary<unknown>,
): T {
  // The change keeps the type of each value apart from null, which the one caller wants.
  return Object.fromEntries(Object.entries(members).map(([name, member]) => [name, change(member)])) as T
}
