import { workerData } from 'node:worker_threads'
import type { UndoneImport } from '../../contract/imports.ts'
import type { ImportOutcome, ImportRequest } from '../import-request.ts'
import type { Outcome } from '../outcome.ts'
import { answerCalls } from './calls.ts'
import { Connection } from './connection.ts'
import { Follower } from './follower.ts'
import { postgresProblem, SEND_AGAIN, UNDO_AGAIN } from './problems.ts'
import { LOCK_WAIT, type ThreadData } from './thread-data.ts'
import { undoImport } from './undo.ts'
import { ImportWriter } from './write-imports.ts'

/** What an import thread is asked to do. */
export type ImporterRequest =
  | { kind: 'import'; group: ImportRequest[] }
  | { kind: 'undo'; import_id: string; undone_at: string }
  | { kind: 'close' }

export type ImporterValue =
  | { kind: 'imported'; outcomes: Outcome<ImportOutcome>[] }
  | { kind: 'undone'; undone: UndoneImport }
  | { kind: 'closed' }

const data = workerData as ThreadData // given by postgres.ts
const connection = new Connection(data.url, 'glyphd import', {
  settings: { lock_timeout: LOCK_WAIT },
  ...data.patience,
  endingSince: data.endingSince,
})
const follower = new Follower(data.current_days)
const writer = new ImportWriter(connection, follower, data)

async function undo(request: { import_id: string; undone_at: string }): Promise<UndoneImport> {
  try {
    return await undoImport(connection, follower, request)
  } catch (error) {
    throw postgresProblem(error, UNDO_AGAIN)
  }
}

answerCalls<ImporterRequest, ImporterValue>(async (request) => {
  switch (request.kind) {
    case 'import':
      return { kind: 'imported', outcomes: await writer.importGroup(request.group) }
    case 'undo':
      return { kind: 'undone', undone: await undo(request) }
    case 'close':
      await connection.close()
      return { kind: 'closed' }
  }
}, SEND_AGAIN)
