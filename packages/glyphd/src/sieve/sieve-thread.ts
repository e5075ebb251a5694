import { workerData } from 'node:worker_threads'
import { type Sieved, type SieveRequest, type SieveSettings, sieveBody } from './sieve-body.ts'
import { answerInTurn } from './thread-port.ts'

const settings = workerData as SieveSettings // given by sieve.ts

answerInTurn<SieveRequest, Sieved>(
  (request) => sieveBody(request, settings),
  () => [],
)
