import { workerData } from 'node:worker_threads'
import type { Database } from 'better-sqlite3'
import type { DryRunResult } from '../contract/imports.ts'
import type { Limits } from '../contract/operations.ts'
import type { ReceivedBody } from '../ingest/received-body.ts'
import { dryRun } from './dry-run.ts'
import type { DryRunOptions } from './engine.ts'
import { openScratch } from './sqlite-connection.ts'
import { answerCalls } from './thread-port.ts'

/** What the dry-run thread is asked to do. */
export type DryRunRequest = ({ kind: 'dry_run'; body: ReceivedBody } & DryRunOptions) | { kind: 'close' }

export type DryRunValue = { kind: 'dry_run'; result: DryRunResult } | { kind: 'closed' }

const { path, ...settings } = workerData as { path: string; limits: Limits; current_days: number } // given by sqlite.ts
let db: Database | undefined

function answer(request: DryRunRequest): DryRunValue {
  if (request.kind === 'close') {
    db?.close()
    return { kind: 'closed' }
  }
  db ??= openScratch(path)
  return { kind: 'dry_run', result: dryRun(db, request.body, request, settings) }
}

answerCalls<DryRunRequest, DryRunValue>(answer, () => [])
