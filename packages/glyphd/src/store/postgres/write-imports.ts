import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import type { ImportResultDTO, LenientImportResult } from '../../contract/imports.ts'
import { Problem } from '../../problem.ts'
import type { ImportOutcome, ImportRequest } from '../import-request.ts'
import { failure, type Outcome, outcomeOf } from '../outcome.ts'
import { areSettled, commitImport } from './commit-fate.ts'
import type { Connection } from './connection.ts'
import { COPY_COLUMNS } from './copy-text.ts'
import type { Follower } from './follower.ts'
import { alreadyDone, answerKey, claimKeys, type Outcomes } from './keys.ts'
import { Partitions } from './partitions.ts'
import { isConnectionLost, isPassing, postgresProblem, SEND_AGAIN } from './problems.ts'
import { type BodySummary, type CopyBatches, copyBatches, type RejectedText, wholeBody } from './read-body.ts'
import type { ThreadData } from './thread-data.ts'

const COPY = `copy gpu_listings (${COPY_COLUMNS.join(', ')}) from stdin`
const ATTEMPTS = 5

/** An import that may be stored, and its body, which can be read as often as it takes. */
interface ReadImport {
  request: ImportRequest
  batches: () => CopyBatches
}

/** An import whose listings are in the transaction at hand. */
interface CopiedImport {
  request: ImportRequest
  summary: BodySummary
  rejected: RejectedText[]
}

/** What a failure means for the client of an import. */
const problemOf = (error: unknown) => postgresProblem(error, SEND_AGAIN)

/** Writes imports through one connection: COPY, the row of `imports` and the key in one transaction. */
export class ImportWriter {
  readonly #connection: Connection
  readonly #follower: Follower
  readonly #data: ThreadData
  readonly #partitions = new Partitions()

  constructor(connection: Connection, follower: Follower, data: ThreadData) {
    this.#connection = connection
    this.#follower = follower
    this.#data = data
  }

  /** Stores each import, or says why not; those of a group by one transaction. */
  async importGroup(group: readonly ImportRequest[]): Promise<Outcome<ImportOutcome>[]> {
    let outcomes: Outcomes
    try {
      outcomes = await this.#connection.use(async (client) => this.#settled(client, await alreadyDone(client, group)))
    } catch (error) {
      return group.map(() => failure(problemOf(error)))
    }
    const reads: ReadImport[] = []
    for (const request of group) {
      if (outcomes.has(request)) continue
      const read = outcomeOf(() => this.#read(request, group.length === 1), problemOf)
      if ('value' in read) reads.push(read.value)
      else outcomes.set(request, read)
    }
    for (const [request, outcome] of await this.#storeAll(reads)) outcomes.set(request, outcome)
    return group.map((request) => outcomes.get(request) ?? failure(new Error('an import was passed over')))
  }

  /** A body alone is read while it is stored; those of a group are known to be valid before the transaction begins. */
  #read(request: ImportRequest, isAlone: boolean): ReadImport {
    const { limits } = this.#data
    if (isAlone) return { request, batches: () => copyBatches(request, limits) }
    return { request, batches: wholeBody(request, limits) }
  }

  async #storeAll(reads: readonly ReadImport[]): Promise<Outcomes> {
    if (reads.length === 0) return new Map()
    try {
      return await this.#store(reads)
    } catch (error) {
      const [only, ...others] = reads
      if (only !== undefined && others.length === 0) return new Map([[only.request, failure(problemOf(error))]])
    }
    // The transaction itself failed, and who is to blame is not known: each is tried alone once.
    const outcomes: Outcomes = new Map()
    for (const read of reads) for (const [request, outcome] of await this.#storeAll([read])) outcomes.set(request, outcome)
    return outcomes
  }

  async #store(reads: readonly ReadImport[]): Promise<Outcomes> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#connection.use((client) => this.#storeOnce(client, reads))
      } catch (error) {
        if (!isPassing(error) || attempt === ATTEMPTS) throw error
      }
    }
  }

  async #storeOnce(client: pg.Client, reads: readonly ReadImport[]): Promise<Outcomes> {
    for (const { request } of reads) await this.#partitions.ensure(client, request.import_id)
    await client.query('begin')
    let outcomes: Outcomes
    try {
      outcomes = await this.#storeIn(client, reads)
    } catch (error) {
      if (!isConnectionLost(error)) await client.query('rollback')
      throw error
    }
    const stored = reads.find(({ request }) => isStored(outcomes.get(request)))
    if (stored === undefined) {
      await client.query('rollback') // all of their keys were taken
      return this.#settled(client, outcomes)
    }
    const { patience, endingSince } = this.#data
    const { import_id } = stored.request
    const fate = await commitImport(this.#connection, client, { import_id, ...patience, endingSince })
    if (fate === 'stored') return outcomes
    for (const [request, outcome] of outcomes) {
      if (isStored(outcome)) outcomes.set(request, failure(fate === 'lost' ? lostOnCommit() : outcomeUnknown(request)))
    }
    return outcomes
  }

  /** Gives first answers again only where what they tell of is safe: who was told before that nobody knows may ask for one. */
  async #settled(client: pg.Client, outcomes: Outcomes): Promise<Outcomes> {
    const replayed = [...outcomes].flatMap(([request, outcome]) =>
      'value' in outcome && outcome.value.kind === 'imported' && outcome.value.replayed
        ? [{ request, import_id: outcome.value.result.import_id }]
        : [],
    )
    if (replayed.length === 0) return outcomes
    const { patience, endingSince } = this.#data
    const import_ids = replayed.map(({ import_id }) => import_id)
    if (await areSettled(this.#connection, client, { import_ids, ...patience, endingSince })) return outcomes
    for (const { request } of replayed) outcomes.set(request, failure(outcomeUnknown(request)))
    return outcomes
  }

  /** Stores imports in the transaction at hand. What is wrong with a key is wrong with its import alone. */
  async #storeIn(client: pg.Client, reads: readonly ReadImport[]): Promise<Outcomes> {
    const outcomes = await claimKeys(
      client,
      reads.map(({ request }) => request),
    )
    const copied = await copyListings(
      client,
      reads.filter(({ request }) => !outcomes.has(request)),
    )
    if (copied.length === 0) return outcomes
    await insertImports(client, copied)
    for (const { request, summary } of copied) {
      const { complete, import_id } = request
      if (complete !== undefined) await this.#follower.observeComplete(client, import_id, complete)
      const result = resultOf(request, summary)
      if (request.idempotency !== undefined) await answerKey(client, request.idempotency, result)
      outcomes.set(request, { value: { kind: 'imported', result, replayed: false } })
    }
    return outcomes
  }
}

function resultOf(
  { import_id, timestamp, handling }: ImportRequest,
  summary: BodySummary,
): ImportResultDTO | LenientImportResult {
  const { record_count, first_model, last_model, rejections } = summary
  const stored = { import_id, record_count, first_model, last_model, timestamp }
  return handling === 'lenient' ? { ...stored, ...rejections } : stored
}

/** Copies the listings of all bodies by one COPY, which begins where the first of them has been read in part. */
async function copyListings(client: pg.Client, reads: readonly ReadImport[]): Promise<CopiedImport[]> {
  const copied: CopiedImport[] = []
  if (reads.length === 0) return copied
  function* lines(): Generator<string, void> {
    for (const { request, batches } of reads) {
      const rejected: RejectedText[] = []
      const reading = batches()
      let step = reading.next()
      for (; step.done !== true; step = reading.next()) {
        for (const row of step.value.rejected) rejected.push(row)
        if (step.value.lines !== '') yield step.value.lines
      }
      copied.push({ request, summary: step.value, rejected })
    }
  }
  await pipeline(Readable.from(lines()), client.query(copyFrom(COPY)))
  return copied
}

async function insertImports(client: pg.Client, copied: readonly CopiedImport[]): Promise<void> {
  const rows = copied.map(({ request: { import_id, timestamp, complete }, summary }) => {
    const { record_count, first_model, last_model, last_index, rejections } = summary
    const { rejected_count } = rejections
    return {
      import_id,
      record_count,
      rejected_count,
      first_model,
      last_model,
      timestamp,
      last_index,
      is_complete: complete !== undefined,
    }
  })
  await client.query(
    `insert into imports (import_id, record_count, rejected_count, first_model, last_model, timestamp, last_index, is_complete)
     select * from json_to_recordset($1) as r (import_id uuid, record_count integer, rejected_count integer, first_model text, last_model text,
       timestamp text, last_index integer, is_complete boolean)`,
    [JSON.stringify(rows)],
  )
  for (const { request, rejected } of copied) {
    if (rejected.length === 0) continue
    await client.query(
      'insert into rejected_rows (import_id, row, rejection) select $1, * from unnest($2::integer[], $3::json[])',
      [request.import_id, rejected.map(([row]) => row), rejected.map(([, rejection]) => rejection)],
    )
  }
}

function isStored(outcome: Outcome<ImportOutcome> | undefined): boolean {
  return outcome !== undefined && 'value' in outcome && outcome.value.kind === 'imported' && !outcome.value.replayed
}

function lostOnCommit(): Problem {
  return new Problem('store_unavailable', `The database was lost before it stored this. ${SEND_AGAIN}`, {
    headers: { 'retry-after': '2' },
  })
}

function outcomeUnknown({ import_id, idempotency }: ImportRequest): Problem {
  const advice =
    idempotency === undefined
      ? 'Ask /api/persist/imports for it before you send it again, or send such imports with an Idempotency-Key'
      : 'Send it again with the same key: it is stored once'
  return new Problem(
    'outcome_unknown',
    `The database was lost while it stored the import ${import_id}, and may have stored it. ${advice}`,
    {
      members: { import_id },
      headers: { 'retry-after': '30' },
    },
  )
}
