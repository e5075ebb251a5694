import { offerKey, type SubmittedListing } from 'glyphsieve'
import type { ListingsMediaType } from '../dist/index.js'

// The contract of an import, written down a second time and with nothing of the daemon's reader or validators, so that the fuzz
// test has something to hold them against. Slow and plain on purpose. The two limits are those of the test's daemon.

export const MAX_ROW_BYTES = 4000
export const MAX_MEMBERS = 60
const MAX_DEPTH = 32

export type Members = Record<string, unknown>

/** A row of a body. Right if neither list names anything, wrong if `wrong` does; else the contract leaves it open. */
export interface JudgedRow {
  /** Physical line, in a format of lines. */
  line: number | undefined
  /** Members that must be refused; '' is the row as a whole. */
  wrong: Set<string>
  /** Members that may be refused. */
  open: Set<string>
  members: Members
}

/** What must become of a body: refused as a whole with this code, or judged row by row; undefined where the contract leaves it open. */
export type Judgement = { refused: string } | { rows: JudgedRow[] } | undefined

export function judge(bytes: Buffer, media_type: ListingsMediaType): Judgement {
  const begun = bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf])) ? bytes.subarray(3) : bytes
  const judgement =
    media_type === 'application/json' ? judgeArray(begun) : media_type === 'text/csv' ? judgeCsv(begun) : judgeLines(begun)
  return judgement !== undefined && 'rows' in judgement && judgement.rows.length === 0 ? { refused: 'no_listings' } : judgement
}

function judgeArray(bytes: Buffer): Judgement {
  const text = decoded(bytes)
  const value = text === undefined ? undefined : parsed(text)
  if (text === undefined || value === undefined) return { refused: 'invalid_json' }
  if (!Array.isArray(value)) return { refused: 'not_an_array' }
  const sizes = elementSizes(text)
  return { rows: value.map((row, index) => judgeRow(row, undefined, sizes[index] ?? 0)) }
}

function judgeLines(bytes: Buffer): Judgement {
  const rows: JudgedRow[] = []
  for (const [index, line] of linesOf(bytes).entries()) {
    const text = decoded(line)
    if (text !== undefined && /^[ \t\r]*$/.test(text)) continue
    const size = line.at(-1) === 0x0d ? line.length - 1 : line.length
    rows.push(judgeRow(text === undefined ? undefined : parsed(text), index + 1, size))
  }
  return { rows }
}

/** Judges the value of a row; undefined is one that could not be read. */
function judgeRow(value: unknown, line: number | undefined, size: number): JudgedRow {
  const row: JudgedRow = { line, wrong: new Set(), open: new Set(), members: {} }
  if (size > MAX_ROW_BYTES || typeof value !== 'object' || value === null || Array.isArray(value)) row.wrong.add('')
  else judgeMembers(Object.fromEntries(Object.entries(value)), row)
  return row
}

function judgeMembers(members: Members, row: JudgedRow): void {
  row.members = members
  for (const [name, value] of Object.entries(members)) {
    const depth = name === 'extra' && isObject(value) ? MAX_DEPTH + 1 : MAX_DEPTH
    const isRight = isSound(name, 0) && isSound(value, depth) && (value === null || (RULES.get(name)?.(value) ?? true))
    if (!isRight) row.wrong.add(name)
    else if (value !== null && RULES.get(name)?.(value) === undefined && RULES.has(name)) row.open.add(name)
  }
  for (const name of REQUIRED) if ((members[name] ?? null) === null) row.wrong.add(name)
  const { extra } = members
  const inExtra = isObject(extra) ? Object.keys(extra) : []
  const names = Object.keys(members).filter((name) => !STORE_MEMBERS.includes(name) && !(name === 'extra' && isObject(extra)))
  const kept = new Set([...names.filter((name) => members[name] !== null), ...inExtra])
  if (kept.size > MAX_MEMBERS) row.wrong.add('')
  else if (names.length + inExtra.length > MAX_MEMBERS) row.open.add('')
}

const REQUIRED = ['model', 'price', 'score']
const STORE_MEMBERS = ['id', 'import_id', 'import_index', 'offer_key']

type Rule = (value: unknown) => boolean | undefined

const text =
  (max: number, min = 0): Rule =>
  (value) =>
    typeof value === 'string' && [...value].length >= min && [...value].length <= max
const number =
  (accepts: (value: number) => boolean): Rule =>
  (value) =>
    typeof value === 'number' && accepts(value)
/** The contract names no greatest integer; beyond 2^53 a double is none for sure. */
const count =
  (min: number, max = Number.POSITIVE_INFINITY): Rule =>
  (value) =>
    typeof value === 'number' && value % 1 === 0 && value >= min && value <= max && (value < 2 ** 53 || undefined)
const each =
  (accepts: Rule): Rule =>
  (value) => {
    const verdicts = Object.values(value ?? {}).map(accepts)
    return !verdicts.includes(false) && (!verdicts.includes(undefined) || undefined)
  }

/** The members of a listing, in the order of the contract. */
const RULES = new Map<string, Rule>([
  ['model', (value) => text(200, 1)(value) && String(value).trim() !== ''],
  ['price', number((value) => value > 0 && value <= 1e9)],
  ['score', number((value) => value >= 0 && value <= 100)],
  ['currency', (value) => typeof value === 'string' && /^[A-Z]{3}$/.test(value) && (isUsualCurrency(value) || undefined)],
  ['price_usd', number((value) => value > 0)],
  ['shipping', number((value) => value >= 0)],
  ['lot_size', count(1)],
  ['quantity', count(0)],
  ['listing_source', text(200)],
  ['listing_id', text(200, 1)],
  ['seller', text(200)],
  ['region', text(200)],
  ['generation', text(200)],
  ['form_factor', text(200)],
  ['pipeline_version', text(200)],
  ['title', text(2000)],
  ['price_text', text(2000)],
  ['source_url', (value) => text(2048)(value) && isHttpAddress(String(value))],
  ['condition', (value) => ['new', 'refurbished', 'used', 'for_parts', 'unknown'].some((known) => known === value)],
  ['seen_at', (value) => typeof value === 'string' && isInstant(value)],
  ['vram_gb', number((value) => value > 0)],
  ['mem_bandwidth_gbs', number((value) => value > 0)],
  ['tdp_watts', count(0)],
  ['mig_support', count(0, 7)],
  ['nvlink', (value) => typeof value === 'boolean'],
  ['quantization_capacity', (value) => isObject(value) && each(count(0))(value)],
  ['match_score', number((value) => value >= 0 && value <= 1)],
  ['score_breakdown', (value) => isObject(value) && each(number(() => true))(value)],
  ['warnings', (value) => Array.isArray(value) && each((warning) => typeof warning === 'string')(value)],
])

/** Members that have a rule, the required ones first. */
export const RULED_MEMBERS: readonly string[] = [...RULES.keys()]

const USUAL_CURRENCIES = new Set(['USD', 'EUR', 'JPY', 'GBP', 'CHF', 'CAD', 'AUD', 'CNY', 'INR', 'SEK'])
const isUsualCurrency = (code: string) => USUAL_CURRENCIES.has(code)

/** Whether it is an http or https address; open where browsers mend what stands there. */
function isHttpAddress(address: string): boolean | undefined {
  if (!/^https?:/i.test(address) || !isAddress(address)) return /^[\s\p{Cc}]+https?:/iu.test(address) ? undefined : false
  return (/^https?:\/\/[^/?#\\]{1,250}([/?#]|$)/i.test(address) && !/[\s\p{Cc}\\]/u.test(address)) || undefined
}

/** Not `URL.canParse`, which refuses `bücher.example` on Node 20. */
function isAddress(address: string): boolean {
  try {
    return new URL(address) !== undefined
  } catch {
    return false
  }
}

const RFC_3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))$/

/** The instant in milliseconds, cut off to them; NaN if the text names none. */
function instantOf(seenAt: string): number {
  const [, year, month, day, hour, minute, second, fraction = '', sign, offsetHour = '0', offsetMinute = '0'] =
    RFC_3339.exec(seenAt) ?? []
  const midnight = Date.parse(`${year}-${month}-${day}T00:00:00.000Z`)
  if (Number.isNaN(midnight) || new Date(midnight).getUTCDate() !== Number(day)) return Number.NaN
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return Number.NaN
  if (Number(offsetHour) > 23 || Number(offsetMinute) > 59) return Number.NaN
  const offset = (Number(offsetHour) * 60 + Number(offsetMinute)) * (sign === '-' ? -60_000 : 60_000)
  const sinceMidnight = ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1000
  return midnight + sinceMidnight + Number(fraction.padEnd(3, '0').slice(0, 3)) - offset
}

/** Whether it is RFC 3339 with an offset; open for leap seconds and the ends of the calendar. */
function isInstant(seenAt: string): boolean | undefined {
  if (!RFC_3339.test(seenAt)) return false
  if (seenAt.slice(17, 19) === '60' || /^(?:00|9999)/.test(seenAt)) return undefined
  return !Number.isNaN(instantOf(seenAt))
}

/** No U+0000, no half of a surrogate pair, no number that a double cannot hold, no more levels than are left. */
function isSound(value: unknown, levels: number): boolean {
  if (typeof value === 'string') return !value.includes('\0') && !/\p{Surrogate}/u.test(value)
  if (typeof value === 'number') return Math.abs(value) !== Number.POSITIVE_INFINITY
  if (typeof value !== 'object' || value === null) return true
  if (levels === 0) return false
  return Object.entries(value).every(([name, inner]) => isSound(name, 0) && isSound(inner, levels - 1))
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A right row as the store must give it back. */
export function storedForm(members: Members, import_id: string, import_index: number, timestamp: string): Members {
  const given = Object.entries(members).filter(([, value]) => value !== null)
  const named = Object.fromEntries(given.filter(([name]) => RULES.has(name)))
  const others = Object.entries(members).filter(([name]) => !RULES.has(name) && ![...STORE_MEMBERS, 'extra'].includes(name))
  const { extra } = members
  const merged = isObject(extra) ? Object.entries(extra) : extra == null ? [] : [['extra', extra] as const]
  const kept = Object.fromEntries([...merged, ...others])
  const { currency = 'USD', price_usd = currency === 'USD' ? members['price'] : undefined, lot_size = 1, seen_at } = named
  const key = offerKey(members as SubmittedListing) // judged right before
  return overTheWire({
    ...named,
    id: `${import_id}.${import_index}`,
    import_id,
    import_index,
    currency,
    price_usd,
    lot_size,
    seen_at: seen_at === undefined ? timestamp : new Date(instantOf(String(seen_at))).toISOString(),
    ...(key !== undefined && { offer_key: key }),
    ...(Object.keys(kept).length > 0 && { extra: kept }),
  })
}

/** As JSON carries it: without -0 and undefined. */
function overTheWire(members: Members): Members {
  return JSON.parse(JSON.stringify(members))
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

function linesOf(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = []
  for (let from = 0; ; ) {
    const end = bytes.indexOf(0x0a, from)
    lines.push(bytes.subarray(from, end === -1 ? bytes.length : end))
    if (end === -1) return lines
    from = end + 1
  }
}

/** Bytes of each element of a well-formed array. */
function elementSizes(array: string): number[] {
  const sizes: number[] = []
  let depth = 0
  let inText = false
  let from = array.indexOf('[') + 1
  for (let at = from - 1; at < array.length; at++) {
    const character = array[at]
    if (inText) {
      if (character === '\\') at++
      else if (character === '"') inText = false
    } else if (character === '"') inText = true
    else if (character === '[' || character === '{') depth++
    else if (character === '}') depth--
    else if ((character === ',' && depth === 1) || (character === ']' && --depth === 0)) {
      sizes.push(Buffer.byteLength(array.slice(from, at).trim()))
      from = at + 1
    }
  }
  return sizes
}

/** A row of CSV: its cells as they stand between the commas, quotes included. */
interface CsvRecord {
  line: number
  cells: string[]
  size: number
  /** Its last quote is never closed, or text goes on behind one that is. */
  broken: boolean
}

/** RFC 4180 over latin1 text, so that a byte is a character. */
function recordsOf(body: string): CsvRecord[] {
  const records: CsvRecord[] = []
  let line = 1
  for (let at = 0; at < body.length; ) {
    const begin = at
    const record: CsvRecord = { line, cells: [], size: 0, broken: false }
    for (let more = true; more; ) {
      const quoted = quotedFrom(body, at)
      if (quoted === undefined) {
        record.broken = true
        record.cells.push(body.slice(at))
        at = body.length
        break
      }
      let end = at + quoted.length
      while (end < body.length && body[end] !== ',' && body[end] !== '\n') end++
      more = body[end] === ','
      const whole = body.slice(at, end)
      const bare = more ? whole : whole.replace(/\r$/, '')
      if (quoted !== '' && bare !== quoted) record.broken = true
      record.cells.push(bare)
      at = more ? end + 1 : end
    }
    record.size = body.slice(begin, at).replace(/\r$/, '').length
    line += body.slice(begin, at + 1).split('\n').length - 1
    at++
    if (record.cells.length > 1 || !/^ *$/.test(record.cells[0] ?? '')) records.push(record)
  }
  return records
}

/** The text in quotes that begins at `at`, quotes included: empty if none does, undefined if it is never closed. */
function quotedFrom(body: string, at: number): string | undefined {
  if (body[at] !== '"') return ''
  for (let quote = body.indexOf('"', at + 1); quote !== -1; quote = body.indexOf('"', quote + 2)) {
    if (body[quote + 1] !== '"') return body.slice(at, quote + 1)
  }
  return undefined
}

const CAPACITY = 'quantization_capacity'
const JSON_COLUMNS = [CAPACITY, 'score_breakdown', 'warnings', 'extra']
const NUMBER_COLUMNS = ['price', 'score', 'price_usd', 'shipping', 'lot_size', 'quantity', 'vram_gb', 'mem_bandwidth_gbs']
NUMBER_COLUMNS.push('tdp_watts', 'mig_support', 'match_score')

/** Of headers, only the plainest is judged: members by their own names, and columns that certainly mean none. */
function judgeCsv(bytes: Buffer): Judgement {
  const [header, ...records] = recordsOf(bytes.toString('latin1'))
  if (header === undefined) return { rows: [] }
  const isPlain = (name: string) =>
    RULES.has(name) || /^(?:extra|import_id|offer_key|color|quantization_capacity\.(?:7|13|70)b)$/.test(name)
  if (!header.cells.every(isPlain) || new Set(header.cells).size < header.cells.length || header.broken) return undefined
  if (!REQUIRED.every((name) => header.cells.includes(name))) return { refused: 'invalid_csv' }
  return { rows: records.map((record) => judgeRecord(record, header.cells)) }
}

function judgeRecord(record: CsvRecord, names: readonly string[]): JudgedRow {
  const row: JudgedRow = { line: record.line, wrong: new Set(), open: new Set(), members: {} }
  const cells = record.cells.map((cell) => decoded(Buffer.from(cell, 'latin1')))
  const members = cells.includes(undefined) ? undefined : membersOf(cells.map(String), names)
  if (record.broken || record.size > MAX_ROW_BYTES || cells.length !== names.length || members === undefined) row.wrong.add('')
  else judgeMembers(members, row)
  return row
}

/** The listing that the cells write down; undefined where one of them can be no member. */
function membersOf(cells: readonly string[], names: readonly string[]): Members | undefined {
  const members = new Map<string, unknown>()
  const sizes = new Map<string, unknown>()
  for (const [index, cell] of cells.entries()) {
    const name = names[index] ?? ''
    if (cell === '') continue
    const text = cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell
    if (JSON_COLUMNS.includes(name)) {
      const value = parsed(text)
      if (name === 'extra' && value === undefined) return undefined
      members.set(name, value === undefined ? text : value)
    } else if (name.startsWith(CAPACITY)) sizes.set(name.slice(CAPACITY.length + 1), numberOr(text))
    else if (NUMBER_COLUMNS.includes(name)) members.set(name, numberOr(text))
    else if (name === 'nvlink') members.set(name, { true: true, 1: true, false: false, 0: false }[text] ?? text)
    else members.set(name, /^'+[=+\-@\t\r]/.test(text) ? text.slice(1) : text)
  }
  if (sizes.size > 0 && members.has(CAPACITY)) return undefined
  if (sizes.size > 0) members.set(CAPACITY, Object.fromEntries(sizes))
  return Object.fromEntries(members)
}

/** The number that a cell writes as JSON does, or the cell. */
function numberOr(cell: string): number | string {
  return /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(cell) ? Number(cell) : cell
}
