import { Problem } from '../problem.ts'
import type { CopySource, CopyTarget, ImportReading } from './copy-store.ts'
import { isPostgresUrl, masked } from './postgres/connection-string.ts'
import { openPostgresSource, openPostgresTarget } from './postgres/copy.ts'
import { openingProblem, postgresProblem, SEND_AGAIN } from './postgres/problems.ts'
import { storeProblem } from './sqlite-connection.ts'
import { openSQLiteSource, openSQLiteTarget } from './sqlite-copy.ts'

/** A problem of one of two stores, in words that say of which. */
class ProblemOfStore extends Problem {}

/** Opens a store to copy from: the path of a SQLite file, or the URL of a PostgreSQL database. @throws Problem that names it. */
export async function openCopySource(db: string): Promise<CopySource> {
  const { opened, source } = namingProblems(db)
  return source(await opened(async () => (isPostgresUrl(db) ? openPostgresSource(db) : openSQLiteSource(db))))
}

/** Opens a store to copy into, and makes it if it is not there. @throws Problem that names it. */
export async function openCopyTarget(db: string): Promise<CopyTarget> {
  const { opened, of, source } = namingProblems(db)
  const target = await opened(async () => (isPostgresUrl(db) ? openPostgresTarget(db) : openSQLiteTarget(db)))
  return {
    ...source(target),
    missing: (import_ids) => of(() => target.missing(import_ids)),
    write: (reading) => of(() => target.write(reading)),
  }
}

/** What has the problems of a store name it, where another store is at work beside it. */
function namingProblems(db: string) {
  const name = masked(db)

  function problemOf(error: unknown): unknown {
    if (error instanceof ProblemOfStore) return error
    const problem = isPostgresUrl(db) ? postgresProblem(error, SEND_AGAIN) : storeProblem(error, db)
    if (!(problem instanceof Problem)) return problem
    const what = problem.message.replace(/\. Nothing was stored; .*$/s, '') // which is advice for those who send imports
    return Object.assign(new ProblemOfStore(problem.code, what.includes(name) ? what : `${name}: ${what}`), { cause: error })
  }

  async function of<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      throw problemOf(error)
    }
  }

  const opened = <T>(open: () => Promise<T>): Promise<T> =>
    of(() =>
      open().catch((error: unknown) => {
        throw isPostgresUrl(db) ? openingProblem(error, db) : error
      }),
    )

  async function* batches<T>(read: AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
    try {
      yield* read
    } catch (error) {
      throw problemOf(error)
    }
  }

  const reading = ({ row, listings, rejected }: ImportReading): ImportReading => ({
    row,
    listings: () => batches(listings()),
    rejected: () => batches(rejected()),
  })

  const source = (store: CopySource): CopySource => ({
    name,
    identity: store.identity,
    size: () => of(() => store.size()),
    idsBehind: (import_id) => of(() => store.idsBehind(import_id)),
    read: (import_id, look) => of(() => store.read(import_id, (found) => look(reading(found)))),
    close: () => store.close(),
  })

  return { opened, of, source }
}
