import { workerData } from 'node:worker_threads'
import { answerCalls } from './calls.ts'
import { Connection } from './connection.ts'
import { Follower } from './follower.ts'
import { migrate } from './migrate.ts'
import { openingProblem } from './problems.ts'
import { Statistics } from './statistics.ts'
import { LOCK_WAIT, type ThreadData } from './thread-data.ts'

/** What the follower thread is asked to do: to make the store ready, and to bring offers up to date. */
export type FollowerRequest = { kind: 'open' } | { kind: 'observe' } | { kind: 'close' }

export type FollowerValue =
  | { kind: 'opened'; last_import_id: string | undefined; schema_version: number }
  | { kind: 'observed' }
  | { kind: 'closed' }

const { url, current_days, patience, endingSince } = workerData as ThreadData // given by postgres.ts
const connection = new Connection(url, 'glyphd follower', {
  settings: { lock_timeout: LOCK_WAIT },
  ...patience,
  endingSince,
})
const follower = new Follower(current_days)
const statistics = new Statistics()
/** How long the step at hand may go on when the store is closed. */
const CLOSING_MS = 2_000
let observing: Promise<void> | undefined
/** Whether somebody asked since the pass at hand began, which may have looked for imports already. */
let isAskedAgain = false
let isClosing = false

/** One pass at a time; whoever asks during one is answered when the next is over. */
function observe(): Promise<void> {
  if (observing !== undefined) {
    isAskedAgain = true
    return observing
  }
  observing = observeAll().finally(() => {
    observing = undefined
  })
  return observing
}

/** Takes over what was stored when it begins, and no more: others may go on storing. */
async function observeAll(): Promise<void> {
  do {
    isAskedAgain = false
    await connection.use(async (client) => {
      const last = await follower.lastWaiting(client)
      if (last !== undefined) while (!isClosing && (await follower.step(client, last)));
      if (!isClosing) await statistics.refresh(client, await follower.position(client)) // complete imports took themselves over
    })
  } while (isAskedAgain && !isClosing)
}

/** What it has in hand is taken back where it does not end soon: it waits for another daemon, or for a database that is away. */
async function close(): Promise<FollowerValue> {
  isClosing = true
  const timer = setTimeout(() => connection.drop(), CLOSING_MS)
  await observing?.catch(() => {})
  clearTimeout(timer)
  await connection.close()
  return { kind: 'closed' }
}

async function open(): Promise<FollowerValue> {
  // Its own: to migrate is to wait for whoever does it already, as long as that takes.
  const connection = new Connection(url, 'glyphd opening', { ...patience, endingSince })
  const opened = connection.use(async (client): Promise<FollowerValue> => {
    const schema_version = await migrate(client)
    const { rows } = await client.query<{ import_id: string }>('select import_id from imports order by import_id desc limit 1')
    return { kind: 'opened', last_import_id: rows[0]?.import_id, schema_version }
  })
  return opened.finally(() => connection.close())
}

answerCalls<FollowerRequest, FollowerValue>(async (request) => {
  switch (request.kind) {
    case 'open':
      return open().catch((error: unknown) => {
        throw openingProblem(error, url)
      })
    case 'observe':
      await observe()
      return { kind: 'observed' }
    case 'close':
      return close()
  }
}, 'Ask again')
