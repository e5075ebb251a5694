/** What SQLite and JSON.parse allow on this machine: the ceilings that imports are held against. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { migrate } from '../packages/glyphd/dist/store/migrate.js'
import { openWriter } from '../packages/glyphd/dist/store/sqlite-connection.js'
import { COLUMNS, type Row, toRow } from '../packages/glyphd/dist/store/to-row.js'
import type { Sample } from './measure.ts'
import { timed } from './measure.ts'
import { benchListings } from './rows.ts'

/** Where better-sqlite3 is, with the source of its SQLite. */
const DRIVER = 'node_modules/better-sqlite3'
const PARSE_ROWS = 330 // about 128 KB
const IMPORT = { import_id: '01a205f0-1168-762f-93f0-b841a95a866d', timestamp: '2026-11-01T00:00:00.000Z' }

/** Rows of the bench, ready to be bound, and the columns that they fill. */
export interface ReadyRows {
  rows: Row[]
  everyColumn: number[]
  filledColumns: number[]
}

export function readyRows(count: number): ReadyRows {
  const rows = benchListings(count).map((listing, import_index) => toRow(listing, { ...IMPORT, import_index }))
  const everyColumn = COLUMNS.map((_, column) => column)
  return { rows, everyColumn, filledColumns: everyColumn.filter((column) => rows[0]?.[column] !== null) }
}

const insertOf = (columns: readonly number[]) =>
  `insert into gpu_listings (position, ${columns.map((column) => COLUMNS[column]).join(', ')})
   values (${['?', ...columns.map(() => '?')].join(', ')})`

const valuesOf = ({ rows }: ReadyRows, columns: readonly number[]) =>
  rows.map((row, index): Row => [index + 1, ...columns.map((column) => row[column] ?? null)])

/**
 * better-sqlite3: one prepared INSERT a row, one transaction, values ready in memory and bound as arguments; all of them so many
 * times, each time at positions of their own.
 */
export async function rawInsert(file: string, ready: ReadyRows, columns: readonly number[], times = 1): Promise<Sample> {
  const db = openWriter(file)
  migrate(db)
  const insert = db.prepare<Row>(insertOf(columns))
  const values = valuesOf(ready, columns)
  let position = 0
  const sample = await timed(values.length * times, () => {
    db.exec('begin immediate')
    for (let time = 0; time < times; time++) {
      for (const row of values) {
        row[0] = ++position
        insert.run(...row)
      }
    }
    db.exec('commit')
  })
  db.close()
  return sample
}

/** JSON.parse of the bytes of the bench's rows, 128 KB at a time, from bytes to objects. */
export function chunkedParse(count: number): () => Promise<Sample> {
  const listings = benchListings(count)
  const texts: Buffer[] = []
  for (let from = 0; from < count; from += PARSE_ROWS)
    texts.push(Buffer.from(JSON.stringify(listings.slice(from, from + PARSE_ROWS))))
  return () =>
    timed(count, () => {
      for (const bytes of texts) JSON.parse(bytes.toString('utf8'))
    })
}

/** The same insert in C, with the SQLite that better-sqlite3 brings, compiled with its settings; undefined without a compiler. */
export function cInsert(ready: ReadyRows, folder: string): ((file: string) => Sample) | undefined {
  const program = compiled()
  if (program === undefined) return undefined
  const columns = ready.filledColumns
  const data = path.join(folder, 'rows.bin')
  writeFileSync(data, encoded(valuesOf(ready, columns)))
  return (file) => {
    const db = openWriter(file)
    migrate(db)
    const pragmas = ['synchronous', 'wal_autocheckpoint', 'cache_size'].map(
      (name) => `pragma ${name} = ${db.pragma(name, { simple: true })}`,
    )
    db.close()
    const milliseconds = Number(execFileSync(program, [file, data, insertOf(columns), ...pragmas]))
    return { rows: ready.rows.length, milliseconds }
  }
}

/** Compiles the program once for each version of better-sqlite3. */
function compiled(): string | undefined {
  const folder = path.resolve('node_modules/.cache/glyph-bench')
  const program = path.join(folder, `c-insert-${JSON.parse(readFileSync(path.join(DRIVER, 'package.json'), 'utf8')).version}`)
  if (existsSync(program)) return program
  mkdirSync(folder, { recursive: true })
  const settings = readFileSync(path.join(DRIVER, 'deps/defines.gypi'), 'utf8').matchAll(/'((?:HAVE|SQLITE)_[^']+)'/g)
  const sources = ['bench/c-insert.c', path.join(DRIVER, 'deps/sqlite3/sqlite3.c')]
  const options = ['-O2', ...[...settings].map(([, setting]) => `-D${setting}`), `-I${path.join(DRIVER, 'deps/sqlite3')}`]
  try {
    execFileSync('cc', [...options, ...sources, '-o', program, '-lpthread', '-ldl', '-lm'], { stdio: 'ignore' })
    return program
  } catch {
    return undefined
  }
}

/** Count of rows and of columns, then each value: 0 for null, 1 and a double, or 2, a length and UTF-8. Little-endian. */
function encoded(rows: readonly Row[]): Buffer {
  const pieces: Buffer[] = []
  const head = Buffer.alloc(8)
  head.writeUInt32LE(rows.length, 0)
  head.writeUInt32LE(rows[0]?.length ?? 0, 4)
  for (const row of rows) {
    for (const value of row) {
      if (value === null) pieces.push(Buffer.of(0))
      else if (typeof value === 'number') {
        const number = Buffer.alloc(9, 1)
        number.writeDoubleLE(value, 1)
        pieces.push(number)
      } else {
        const text = Buffer.from(`     ${value}`)
        text.writeUInt8(2, 0)
        text.writeUInt32LE(text.length - 5, 1)
        pieces.push(text)
      }
    }
  }
  return Buffer.concat([head, ...pieces])
}
