import { Client } from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { type Asking, firstValue, rowsOf, takeFrom } from '../dist/store/asking.js'
import { postgresAsking } from '../dist/store/postgres/asking.js'
import { testDatabase } from './postgres-databases.ts'

const ask = postgresAsking(50)

/** A connection to a database of its own, on which a statement may take so many milliseconds. */
async function connected(statement_timeout = 20_000): Promise<Client> {
  const client = new Client({ connectionString: await testDatabase(), statement_timeout })
  await client.connect()
  onTestFinished(() => client.end())
  return client
}

const NUMBERS = { sql: 'select generate_series(1, cast(@most as integer))', values: { most: 1_000_000 } }

for (const isLast of [false, true]) {
  test(`takes rows until it has seen enough, ${isLast ? 'as the only query' : 'and asks on'}`, async () => {
    const client = await connected()
    const taken: number[] = []
    const first = takeFrom<readonly [number]>({ ...NUMBERS, isLast }, ([n]) => taken.push(n) < 300)
    expect(
      await ask(
        client,
        (function* (): Asking<unknown> {
          yield* first
          return isLast ? undefined : yield* firstValue('select @word || @word', { word: 'x' })
        })(),
      ),
    ).toBe(isLast ? undefined : 'xx')
    expect(taken).toEqual(Array.from({ length: 300 }, (_, index) => index + 1))
    expect(await ask(client, rowsOf('select 1'))).toEqual([[1]])
  })
}

const failing: [what: string, asking: () => Asking<unknown>, error: RegExp][] = [
  ['a statement fails', () => rowsOf('select 1 / @none::integer', { none: 0 }), /division by zero/],
  ['one fails whose rows are taken', () => takeFrom({ sql: 'select 1 / 0', values: {} }, () => true), /division by zero/],
  ['it is no SQL', () => takeFrom({ sql: 'select from where', values: {}, isLast: true }, () => true), /syntax error/],
  ['whoever takes the rows throws', () => takeFrom(NUMBERS, () => expect.unreachable('no row will do')), /no row will do/],
]
test.each(failing)('where %s, whoever asks is told, and the connection answers on', async (_, asking, error) => {
  const client = await connected()
  await expect(ask(client, asking())).rejects.toThrow(error)
  expect(await ask(client, firstValue('select 1'))).toBe(1)
})

test('shows all queries of an answer one moment, and writes nothing', async () => {
  const setting = (name: string) => firstValue('select current_setting(@name)', { name })
  const asking = (function* (): Asking<unknown[]> {
    return [yield* setting('transaction_isolation'), yield* setting('transaction_read_only')]
  })()
  expect(await ask(await connected(), asking)).toEqual(['repeatable read', 'on'])
})

test('a statement that takes too long is a question that does', async () => {
  const client = await connected(50)
  await expect(ask(client, rowsOf('select pg_sleep(20)'))).rejects.toMatchObject({
    code: 'question_too_long',
    message: expect.stringContaining('0.05 s'),
  })
  expect(await ask(client, firstValue('select 1'))).toBe(1)
})
