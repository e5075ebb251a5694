import type pg from 'pg'
import { Problem } from '../../problem.ts'
import type { ImportOutcome, ImportRequest } from '../import-request.ts'
import { keyInUse } from '../intake.ts'
import { failure, type Outcome } from '../outcome.ts'
import { codeOf } from './problems.ts'
import { LOCK_WAIT } from './thread-data.ts'

/** How long an import waits for another one with the same key, which another daemon may be storing. */
const KEY_WAIT = '1s'

/** What became of imports. */
export type Outcomes = Map<ImportRequest, Outcome<ImportOutcome>>

/**
 * What imports come to without a look at their bodies: an id may be taken, and a key stands for the first answer whatever the limits
 * are now, and for no other body, valid or not.
 */
export async function alreadyDone(client: pg.Client, group: readonly ImportRequest[]): Promise<Outcomes> {
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
export async function claimKeys(client: pg.Client, requests: readonly ImportRequest[]): Promise<Outcomes> {
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
  await client.query(`set local lock_timeout = '${LOCK_WAIT}'`)
  return outcomes
}

function byKey(a: ImportRequest, b: ImportRequest): number {
  const [first, second] = [a.idempotency?.key ?? '', b.idempotency?.key ?? '']
  return first < second ? -1 : Number(first > second)
}

/** Has a key remember the answer of its import. */
export async function answerKey(
  client: pg.Client,
  { key, beside }: NonNullable<ImportRequest['idempotency']>,
  result: object,
): Promise<void> {
  await client.query('update idempotency_keys set answer = $2 where key = $1', [key, JSON.stringify({ ...result, ...beside })])
}
