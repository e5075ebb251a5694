import path from 'node:path'
import Sqlite, { type Database } from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { type Asking, firstValue, objectsOf, rowsOf, takeFrom } from '../dist/store/asking.js'
import { sqliteAsking } from '../dist/store/sqlite-asking.js'
import { temporaryFolder } from './daemon.ts'

const FIRST_TEN = 'with recursive n (n) as (select 1 union all select n + 1 from n where n < 10) select n from n'

/** Two connections to a database with one number in it. */
async function opened(): Promise<{ reader: Database; writer: Database }> {
  const file = path.join(await temporaryFolder(), 'numbers.sqlite')
  const writer = new Sqlite(file)
  writer.pragma('journal_mode = wal')
  writer.exec('create table numbers (n integer); insert into numbers values (1)')
  const reader = new Sqlite(file, { readonly: true })
  onTestFinished(() => {
    reader.close()
    writer.close()
  })
  return { reader, writer }
}

test('gives rows as arrays, as objects, and the first value alone', async () => {
  const { reader } = await opened()
  const found = sqliteAsking(reader)(
    (function* (): Asking<unknown[]> {
      const rows = yield* rowsOf('select @a, 2', { a: 1, not_named: 7 })
      const objects = yield* objectsOf({ sql: 'select @a as a, null as b', values: { a: 'x' } })
      return [rows, objects, yield* firstValue('select 3, 4'), yield* firstValue('select 1 where false')]
    })(),
  )
  expect(found).toEqual([[[1, 2]], [{ a: 'x', b: null }], 3, undefined])
})

test('fetches no more rows than are taken', async () => {
  const { reader } = await opened()
  const fetched: number[] = []
  reader.function('fetched', (n) => {
    fetched.push(Number(n))
    return n
  })
  const taken: unknown[] = []
  sqliteAsking(reader)(
    takeFrom<readonly [number]>({ sql: `select fetched(n) from (${FIRST_TEN})`, values: {} }, ([n]) => {
      taken.push(n)
      return taken.length < 3
    }),
  )
  expect(taken).toEqual([1, 2, 3])
  expect(fetched).toEqual([1, 2, 3])
})

test('shows all queries of an answer one moment, and the next answer what came since', async () => {
  const { reader, writer } = await opened()
  const ask = sqliteAsking(reader)
  const sum = () => firstValue<number>('select sum(n) from numbers')
  const [before, after] = ask(
    (function* (): Asking<unknown[]> {
      const first = yield* sum()
      writer.exec('insert into numbers values (10)')
      return [first, yield* sum()]
    })(),
  )
  expect([before, after, ask(sum())]).toEqual([1, 1, 11])
})

test('answers after a query that failed, whose error it throws', async () => {
  const { reader } = await opened()
  const ask = sqliteAsking(reader)
  expect(() => ask(rowsOf("select json('no JSON')"))).toThrow(/malformed JSON/)
  expect(ask(firstValue('select 5'))).toBe(5)
})
