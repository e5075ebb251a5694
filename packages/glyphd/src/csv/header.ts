import { type CsvRow, UnreadableRow, visible } from 'glyphsieve'
import { cut } from '../shown.ts'
import { CAPACITY, CAPACITY_SIZES, CELL_KINDS, type CellKind, SYNONYMS } from './columns.ts'

/** Where the cells of a column go. */
export interface Column {
  /**
   * `capacity` is a number of the member `quantization_capacity`, `nameless` a column whose cells must be empty, `extra` a JSON
   * cell in which a mere text would not be refused later.
   */
  kind: CellKind | 'capacity' | 'nameless' | 'extra'
  /** Of the member, or within `quantization_capacity`. */
  name: string
}

/** A header that no listings can be read by. The message is for the client. */
export class CsvHeaderError extends Error {
  override readonly name = 'CsvHeaderError'
}

/** A name goes along with every row that fills its column: a long one would make a small body large. */
const MOST_NAME_CHARACTERS = 200
const REQUIRED = ['model', 'price', 'score']
const SHOWN_CHARACTERS = 40
const SHOWN_NAMES = 8

/** Members by what their columns may be called, as `keyOf` gives it. */
const MEMBERS = knownColumns()

function knownColumns(): ReadonlyMap<string, Column> {
  const known = new Map<string, Column>()
  for (const [name, kind] of Object.entries(CELL_KINDS)) known.set(keyOf(name), { kind: name === 'extra' ? name : kind, name })
  for (const [name, synonyms] of Object.entries(SYNONYMS)) {
    const column = known.get(keyOf(name))
    if (column !== undefined) for (const synonym of synonyms) known.set(synonym, column)
  }
  return known
}

/** What names are compared by. */
function keyOf(name: string): string {
  return name.toLowerCase().replace(/[\s_-]+/g, '')
}

/**
 * The columns of a header row that stands on this line. Names are those of members or their synonyms, whatever their case,
 * spaces, `_` and `-`; `quantization_capacity.405b` is the capacity for that size; any other name is a text member of its own.
 *
 * @throws CsvHeaderError where the header cannot be read, two columns are for one member, or a required one has none.
 */
export function readHeader(row: CsvRow | UnreadableRow, line: number): readonly Column[] {
  const where = `The CSV header (line ${line})`
  if (row instanceof UnreadableRow) throw new CsvHeaderError(`${where} cannot be read: ${row.message}`)
  const names = row.map((cell) => cell ?? '')
  const columns = names.map(columnOf)
  const bad = names.findIndex((name) => name.includes('\0'))
  if (bad !== -1) throw new CsvHeaderError(`${where} has U+0000 in the name of column ${bad + 1}: ${shownName(names[bad])}`)

  const long = names.findIndex((name) => name.length > MOST_NAME_CHARACTERS)
  if (long !== -1) {
    const which = `the name of column ${long + 1} has ${names[long]?.length}: ${shownName(names[long])}`
    throw new CsvHeaderError(`${where}: expected at most ${MOST_NAME_CHARACTERS} characters, ${which}`)
  }

  const taken = new Map<string, number>()
  for (const [index, column] of columns.entries()) {
    if (column.kind === 'nameless') continue
    const member = memberOf(column)
    const first = taken.get(member)
    if (first !== undefined) {
      const both = `column ${first + 1} ${shownName(names[first])} and column ${index + 1} ${shownName(names[index])}`
      throw new CsvHeaderError(`${where} has two columns for ${shownName(member)}: ${both}; expected one`)
    }
    taken.set(member, index)
  }

  const missing = REQUIRED.filter((name) => !taken.has(name))
  if (missing.length > 0) {
    const hasLoneCr = names.some((name) => name.includes('\r'))
    const cause = hasLoneCr ? 'lines that end with LF or CRLF, found CR alone' : `${found(names)}${rawHint(missing)}`
    throw new CsvHeaderError(`${where} has no column for ${missing.join(', ')}: expected ${cause}`)
  }
  return columns
}

/** A cell where no name says what it is. */
export function namelessCell(index: number, line: number): CsvHeaderError {
  return new CsvHeaderError(
    `Column ${index + 1} of the CSV has no name in the header: expected empty cells, found text on line ${line}`,
  )
}

function columnOf(name: string): Column {
  if (name.trim() === '') return { kind: 'nameless', name: '' }
  const known = MEMBERS.get(keyOf(name))
  if (known !== undefined) return known
  const dot = name.indexOf('.')
  if (dot === -1 || keyOf(name.slice(0, dot)) !== keyOf(CAPACITY)) return { kind: 'text', name }
  const size = name.slice(dot + 1)
  return { kind: 'capacity', name: CAPACITY_SIZES.find((known) => known === keyOf(size)) ?? size }
}

/** What only one column may be for. */
function memberOf({ kind, name }: Column): string {
  return kind === 'capacity' ? `${CAPACITY}.${name}` : name
}

function found(names: readonly string[]): string {
  const more = names.length > SHOWN_NAMES ? ` and ${names.length - SHOWN_NAMES} more` : ''
  return `at least ${REQUIRED.join(', ')}, found ${names.slice(0, SHOWN_NAMES).map(shownName).join(', ')}${more}`
}

/** What a header without model and score most likely is of. */
function rawHint(missing: readonly string[]): string {
  const isRaw = missing.includes('model') && missing.includes('score')
  return isRaw ? '; raw listings become scored ones with glyphsieve run' : ''
}

/** A name as an error shows it: short, and without characters that hide or move what stands around them. */
function shownName(name = ''): string {
  return `"${visible(cut(name, SHOWN_CHARACTERS))}"`
}
