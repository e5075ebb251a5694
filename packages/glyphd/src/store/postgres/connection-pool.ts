import type pg from 'pg'
import type { Connection } from './connection.ts'

/** A few connections that take turns at work: each is made when all others are busy, and no more than so many. */
export class ConnectionPool {
  readonly #make: () => Connection
  readonly #most: number
  readonly #all: Connection[] = []
  readonly #free: Connection[] = []
  readonly #waiting: ((connection: Connection) => void)[] = []

  constructor(most: number, make: () => Connection) {
    this.#most = most
    this.#make = make
  }

  /** Does some work on the next connection that is free. @throws what the work throws. */
  async use<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
    const connection = await this.#next()
    try {
      return await connection.use(work)
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#free.push(connection)
      else next(connection)
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map((connection) => connection.close()))
  }

  #next(): Promise<Connection> {
    const free = this.#free.pop()
    if (free !== undefined) return Promise.resolve(free)
    if (this.#all.length === this.#most) return new Promise((resolve) => this.#waiting.push(resolve))
    const connection = this.#make()
    this.#all.push(connection)
    return Promise.resolve(connection)
  }
}
