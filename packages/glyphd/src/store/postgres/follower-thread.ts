import { workerData } from 'node:worker_threads'
import { answerCalls } from './calls.ts'
import { Connection } from './connection.ts'
import { Follower } from './follower.ts'
import { migrate } from './migrate.ts'
import { openingProblem } from './problems.ts'
import type { ThreadData } from './thread-data.ts'

/** What the follower thread is asked to do: to make the store ready, and to bring offers up to date. */
export type FollowerRequest = { kind: 'open' } | { kind: 'observe' } | { kind: 'close' }

export type FollowerValue =
  | { kind: 'opened'; last_import_id: string | undefined; schema_version: number }
  | { kind: 'observed' }
  | { kind: 'closed' }

const { url, current_days } = workerData as ThreadData // given by engine.ts
const connection = new Connection(url, 'glyphd follower')
const follower = new Follower(current_days)
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
      if (last === undefined) return
      while (!isClosing && (await follower.step(client, last)));
    })
  } while (isAskedAgain && !isClosing)
}

async function open(): Promise<FollowerValue> {
  return connection.use(async (client) => {
    const schema_version = await migrate(client)
    const { rows } = await client.query<{ import_id: string }>('select import_id from imports order by import_id desc limit 1')
    return { kind: 'opened', last_import_id: rows[0]?.import_id, schema_version }
  })
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
      isClosing = true
      await observing?.catch(() => {})
      await connection.close()
      return { kind: 'closed' }
  }
}, 'Ask again')
