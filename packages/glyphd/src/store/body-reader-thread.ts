import { workerData } from 'node:worker_threads'
import type { Limits } from '../contract/operations.ts'
import type { Rejections } from '../ingest/read-listings.ts'
import type { RowsRequest } from './import-request.ts'
import { type Outcome, outcomeOf } from './outcome.ts'
import { storeProblem } from './sqlite-connection.ts'
import { type StorableBatch, storableBatches } from './storable-batch.ts'
import { type StreamEnd, streamSender } from './thread-stream.ts'

/** What the thread that reads bodies sends for each of them: its batches, then how it ended. */
export type BodyMessage = { kind: 'batch'; batch: StorableBatch } | { kind: 'end'; outcome: Outcome<Rejections> }

const { stream, limits } = workerData as { stream: StreamEnd; limits: Limits } // given by body-reader.ts
const sender = streamSender<BodyMessage>(stream)

function sendBody(request: RowsRequest): Rejections {
  const batches = storableBatches(request, limits)
  for (;;) {
    const step = batches.next()
    if (step.done === true) return step.value
    const { rows } = step.value.listings ?? {}
    sender.send({ kind: 'batch', batch: step.value }, rows === undefined ? [] : [rows.numbers.buffer, rows.lengths.buffer])
  }
}

stream.port.on('message', (request: RowsRequest) => {
  sender.send({ kind: 'end', outcome: outcomeOf(() => sendBody(request), storeProblem) }, [])
})
