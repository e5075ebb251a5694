import { type ClientBase, type Connection, DatabaseError, Query as PgQuery, type QueryArrayConfig } from 'pg'
import type { Asking, Query, Row, Rows, Values } from '../asking.ts'
import { questionTooLong } from '../deadline.ts'
import type { StoredValue } from '../from-row.ts'

/** More texts than the combinations of filters that are asked for. Every connection keeps those that it was asked. */
const MAX_STATEMENTS = 500
/** Rows that are sent at once where it may turn out that the others are not needed: a usual page comes in one go. */
const ROWS_AT_ONCE = '128'

/** A text as PostgreSQL has it, and which values its parameters are. */
export interface Numbered {
  text: string
  names: readonly string[]
}

/** Numbers the names of a text: `@name` becomes `$1` wherever it stands. */
export function numbered(sql: string): Numbered {
  const names: string[] = []
  const text = sql.replace(/@(\w+)/g, (_, name: string) => {
    if (!names.includes(name)) names.push(name)
    return `$${names.indexOf(name) + 1}`
  })
  return { text, names }
}

/** Runs what is asked to its end on a connection of `Connection` that does nothing else meanwhile, and gives the answer. */
export type AskPostgres = <T>(client: ClientBase, asking: Asking<T>) => Promise<T>

/**
 * Answers from PostgreSQL: each question from one moment. The time of a question is the `statement_timeout` of the connection.
 *
 * @param milliseconds What that is, for the words of the refusal.
 */
export function postgresAsking(milliseconds?: number): AskPostgres {
  const statementOf = statements()

  async function rowsOf(client: ClientBase, { sql, values, take, dependsOnValues }: Query): Promise<Rows> {
    const { name, text, names } = statementOf(sql)
    const config = {
      // What has a name is planned for any values after some times.
      ...(name !== undefined && dependsOnValues !== true && { name }),
      text,
      values: names.map((name) => parameterOf(values, name)),
      rowMode: 'array' as const,
    }
    if (take !== undefined) return scan(client, config, take)
    const { fields, rows } = await client.query<StoredValue[]>(config)
    return { columns: fields.map((field) => field.name), rows }
  }

  return async (client, asking) => {
    let isBegun = false
    try {
      let step = asking.next()
      while (step.done !== true) {
        // A single statement sees one moment anyway.
        if (!isBegun && step.value.isLast !== true) {
          await client.query('begin isolation level repeatable read read only')
          isBegun = true
        }
        step = asking.next(await rowsOf(client, step.value))
      }
      if (isBegun) await client.query('commit')
      return step.value
    } catch (error) {
      // A connection that is gone has nothing to roll back.
      if (isBegun) await client.query('rollback').catch(() => undefined)
      throw error instanceof DatabaseError && error.code === '57014' ? questionTooLong(milliseconds) : error
    }
  }
}

/** Numbers and names every text once, so that a connection prepares it once. Behind the most of them, texts are planned anew each time. */
function statements(): (sql: string) => Numbered & { name: string | undefined } {
  const known = new Map<string, Numbered & { name: string }>()
  return (sql) => {
    const found = known.get(sql)
    if (found !== undefined) return found
    if (known.size >= MAX_STATEMENTS) return { ...numbered(sql), name: undefined }
    const statement = { ...numbered(sql), name: `glyphd_${known.size}` }
    known.set(sql, statement)
    return statement
  }
}

/** PostgreSQL has no text with U+0000 and refuses to compare one. U+FFFF is no character, and stands for a text that is nowhere. */
function parameterOf(values: Values, name: string): StoredValue {
  const value = values[name]
  if (value === undefined) throw new Error(`the text names @${name}, which has no value`)
  return typeof value === 'string' ? value.replaceAll('\0', '\uffff') : value
}

function scan(client: ClientBase, config: QueryArrayConfig, take: (row: Row) => boolean): Promise<Rows> {
  return new Promise((resolve, reject) => {
    client.query(new Scan(config, take, { resolve: () => resolve({ columns: [], rows: [] }), reject }))
  })
}

/** A statement whose rows are fetched some at a time, until somebody has seen enough. */
class Scan extends PgQuery {
  #goesOn = true

  constructor(
    config: QueryArrayConfig,
    take: (row: Row) => boolean,
    { resolve, reject }: { resolve: () => void; reject: (error: unknown) => void },
  ) {
    super({ ...config, rows: ROWS_AT_ONCE } as QueryArrayConfig) // the types do not have what the protocol and the driver do
    let failure: { error: unknown } | undefined
    this.on('row', (row: Row) => {
      try {
        this.#goesOn &&= take(row)
      } catch (error) {
        failure = { error } // thrown from here, it would end the connection, if not the process
        this.#goesOn = false
      }
    })
    this.on('error', reject)
    this.on('end', () => (failure === undefined ? resolve() : reject(failure.error)))
  }

  /** The driver calls it when the rows that were asked for are there. */
  handlePortalSuspended(connection: Connection): void {
    if (this.#goesOn) {
      connection.execute({ portal: '', rows: ROWS_AT_ONCE }, true)
      connection.flush()
    } else connection.sync()
  }

  /** So it does when the statement has failed. The server says nothing more until it is told that nothing more comes. */
  handleError(error: Error, connection: Connection): void {
    if (error instanceof DatabaseError) connection.sync()
    this.emit('error', error)
  }
}
