import { workerData } from 'node:worker_threads'
import type { ReceivedBody } from '../ingest/received-body.ts'
import { matchTitles } from './match-titles.ts'
import type { SieveSettings } from './sieve-body.ts'
import { answerInTurn } from './thread-port.ts'

const { limits } = workerData as SieveSettings // given by sieve.ts

answerInTurn<ReceivedBody, Uint8Array<ArrayBuffer>>(
  async (body) => new TextEncoder().encode(matchTitles(body, limits)),
  ({ buffer }) => [buffer],
)
