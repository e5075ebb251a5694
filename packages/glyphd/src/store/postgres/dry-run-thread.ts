import { workerData } from 'node:worker_threads'
import type { DryRunResult } from '../../contract/imports.ts'
import type { ReceivedBody } from '../../ingest/received-body.ts'
import type { DryRunOptions } from '../engine.ts'
import { answerCalls } from './calls.ts'
import { Connection } from './connection.ts'
import { dryRun } from './dry-run.ts'
import type { ThreadData } from './thread-data.ts'

/** What the thread of dry runs is asked to do. */
export type DryRunRequest = ({ kind: 'dry_run'; body: ReceivedBody } & DryRunOptions) | { kind: 'close' }

export type DryRunValue = { kind: 'dry_run'; result: DryRunResult } | { kind: 'closed' }

const data = workerData as ThreadData // given by postgres.ts
const connection = new Connection(data.url, 'glyphd dry run', { ...data.patience, endingSince: data.endingSince })
/** One after the other: they share the connection. */
let last: Promise<unknown> = Promise.resolve()

answerCalls<DryRunRequest, DryRunValue>((request) => {
  const answered = last.then(async (): Promise<DryRunValue> => {
    if (request.kind === 'close') {
      await connection.close()
      return { kind: 'closed' }
    }
    const { body, ...options } = request
    return { kind: 'dry_run', result: await connection.use((client) => dryRun(client, body, options, data)) }
  })
  last = answered.catch(() => {})
  return answered
}, 'Ask again')
