import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import type { ImportResultDTO, LenientImportResult } from '../../contract/imports.ts'
import type { Limits } from '../../contract/operations.ts'
import { Problem } from '../../problem.ts'
import type { ImportOutcome, ImportRequest } from '../import-request.ts'
import { keyInUse } from '../intake.ts'
import { failure, type Outcome, outcomeOf } from '../outcome.ts'
import { fateOf, sessionOf } from './commit-fate.ts'
import type { Connection } from './connection.ts'
import { COPY_COLUMNS } from './copy-text.ts'
import type { Follower } from './follower.ts'
import { Partitions } from './partitions.ts'
import { codeOf, isConnectionLost, isPassing, postgresProblem, SEND_AGAIN } from './problems.ts'
import { type BodySummary, type CopyBatches, copyBatches, type RejectedText, wholeBody } from './read-body.ts'

const COPY = `copy gpu_listings (${COPY_COLUMNS.join(', ')}) from stdin`
/** How long an import waits for another one with the same key, which another daemon may be storing. */
const KEY_WAIT = '1s'
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

type Outcomes = Map<ImportRequest, Outcome<ImportOutcome>>

/** Writes imports through one connection: COPY, the row of `imports` and the key in one transaction. */
export class ImportWriter {
  readonly #connection: Connection
  readonly #follower: Follower
  readonly #limits: Limits
  readonly #partitions = new Partitions()

  constructor(connection: Connection, follower: Follower, limits: Limits) {
    this.#connection = connection
    this.#follower = follower
    this.#limits = limits
  }

  /** Stores each import, or says why not; those of a group by one transaction. */
  async importGroup(group: readonly ImportRequest[]): Promise<Outcome<ImportOutcome>[]> {
    let outcomes: Outcomes
    try {
      outcomes = await this.#connection.use((client) => alreadyDone(client, group))
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
    if (isAlone) return { request, batches: () => copyBatches(request, this.#limits) }
    return { request, batches: wholeBody(request, this.#limits) }
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
    const session = await sessionOf(client)
    await client.query('begin')
    let outcomes: Outcomes
    try {
      outcomes = await this.#storeIn(client, reads)
    } catch (error) {
      if (!isConnectionLost(error)) await client.query('rollback')
      throw error
    }
    try {
      await client.query('commit')
      return outcomes
    } catch (error) {
      if (!isConnectionLost(error)) throw error
      // It was sent, and nobody said what became of it.
      const [first] = reads
      const fate = first === undefined ? 'lost' : await fateOf(this.#connection, session, first.request.import_id)
      if (fate === 'stored') return outcomes
      if (fate === 'lost') throw error
      return new Map(reads.map(({ request }) => [request, failure(outcomeUnknown(request))]))
    }
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

/**
 * What imports come to without a look at their bodies: an id may be taken, and a key stands for the first answer whatever the limits
 * are now, and for no other body, valid or not.
 */
async function alreadyDone(client: pg.Client, group: readonly ImportRequest[]): Promise<Outcomes> {
  const keys = group.flatMap(({ idempotency }) => idempotency?.key ?? [])
  const { rows } = await client.query<{ import_id: string; key: string | null; fingerprint: string; answer: string }>(
    `select import_id, null as key, null as fingerprint, null as answer from imports where import_id = any($1::uuid[])
     union all select import_id, key, fingerprint, answer from idempotency_keys where key = any($2::text[])`,
    [group.map(({ import_id }) => import_id), keys],
  )
  const outcomes: Outcomes = new Map()
  for (const request of group) {
    const taken = rows.find(({ import_id, key }) => key === null && import_id === request.import_id)
    const known = rows.find(({ key }) => key !== null && key === request.idempotency?.key)
    if (taken !== undefined) outcomes.set(request, { value: { kind: 'taken', body: request.body } })
    else if (known !== undefined) outcomes.set(request, firstAnswer(request, known))
  }
  return outcomes
}

/** What the key was answered the first time, or that this was another request. */
function firstAnswer(request: ImportRequest, known: { fingerprint: string; answer: string }): Outcome<ImportOutcome> {
  if (known.fingerprint === request.idempotency?.fingerprint) {
    return { value: { kind: 'imported', result: JSON.parse(known.answer), replayed: true } }
  }
  return failure(
    new Problem(
      'idempotency_key_reused',
      'This Idempotency-Key stands for an import of other bytes, or with other options. Nothing was stored: give each import its own key',
    ),
  )
}

/** Takes the keys of imports for the transaction at hand, and says which of them were taken before. */
async function claimKeys(client: pg.Client, requests: readonly ImportRequest[]): Promise<Outcomes> {
  const keyed = requests.filter(({ idempotency }) => idempotency !== undefined)
  if (keyed.length === 0) return new Map()
  await client.query(`set local lock_timeout = '${KEY_WAIT}'`)
  const outcomes: Outcomes = new Map()
  // In one order for everybody, so that nobody waits for somebody who waits.
  for (const request of keyed.toSorted(byKey)) {
    const { key, fingerprint } = request.idempotency ?? { key: '', fingerprint: '' }
    const claimed = await client
      .query('insert into idempotency_keys (key, import_id, fingerprint) values ($1, $2, $3) on conflict (key) do nothing', [
        key,
        request.import_id,
        fingerprint,
      ])
      .catch((error) => {
        throw codeOf(error) === '55P03' ? keyInUse() : error
      })
    if (claimed.rowCount === 1) continue
    const { rows } = await client.query<{ fingerprint: string; answer: string }>(
      'select fingerprint, answer from idempotency_keys where key = $1',
      [key],
    )
    if (rows[0] !== undefined) outcomes.set(request, firstAnswer(request, rows[0]))
  }
  await client.query('set local lock_timeout = 0')
  return outcomes
}

function byKey(a: ImportRequest, b: ImportRequest): number {
  const [first, second] = [a.idempotency?.key ?? '', b.idempotency?.key ?? '']
  return first < second ? -1 : Number(first > second)
}

async function answerKey(
  client: pg.Client,
  { key, beside }: NonNullable<ImportRequest['idempotency']>,
  result: object,
): Promise<void> {
  await client.query('update idempotency_keys set answer = $2 where key = $1', [key, JSON.stringify({ ...result, ...beside })])
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
