import { tmpdir } from 'node:os'
import path from 'node:path'
import accepts from '@fastify/accepts'
import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyLoggerOptions,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify'
import { DEFAULT_LIMITS, type Limits } from '../contract/operations.ts'
import { Spool } from '../ingest/spool.ts'
import type { Problem } from '../problem.ts'
import { Sieve } from '../sieve/sieve.ts'
import type { SieveSettings } from '../sieve/sieve-body.ts'
import type { StorageEngine } from '../store/engine.ts'
import { answerBrokenRequest, type Dialogues, endConnections, followDialogues, requestIds } from './connection.ts'
import { describe } from './description.ts'
import { refuseForeign, refuseMethod, refuseUnanswerable, refuseUnknownParameter } from './guards.ts'
import { notFound, sendProblem } from './problem.ts'
import { deltaRoutes } from './routes/deltas.ts'
import { fitRoutes } from './routes/fit.ts'
import { importRecordRoutes } from './routes/import-records.ts'
import { importRoutes } from './routes/imports.ts'
import { listingRoutes } from './routes/listings.ts'
import { matchRoutes } from './routes/match.ts'
import { modelRoutes } from './routes/models.ts'
import { operationRoutes } from './routes/operations.ts'
import { rawListingRoutes } from './routes/raw-listings.ts'
import { reportRoutes } from './routes/report.ts'

/** Characters of a part of a path as it is sent: a model of 200 characters of any script. */
const MAX_PATH_PART = 2000

export interface ServerOptions {
  /** Any engine; the server closes none that it was given. */
  store: StorageEngine
  /** What a body may be; the engine that reads it should have the same. */
  limits?: Readonly<Limits>
  /** Where bodies wait until they are stored. Default: in memory, then in the folder for temporary files. */
  spool?: Spool
  /** What foreign currencies are worth, for raw listings. */
  rates?: SieveSettings['rates']
  /** Names and addresses in the Host header that are served beside those of this machine. */
  allowedHosts?: readonly string[]
  /** Where the log goes, or false for none. */
  logger?: FastifyLoggerOptions | false
}

/** The HTTP server over a store. It never listens by itself. */
export async function createServer({
  store,
  limits = DEFAULT_LIMITS,
  spool = new Spool(path.join(tmpdir(), 'glyphd-body-'), limits.max_memory_bytes),
  rates,
  allowedHosts = [],
  logger = false,
}: ServerOptions): Promise<FastifyInstance> {
  const nextRequestId = requestIds()
  const dialogues: Dialogues = new WeakMap()
  const closing = new AbortController()
  const refuse = (error: FastifyError | Problem, request: FastifyRequest, reply: FastifyReply) =>
    sendProblem(error, request, { reply, closing: closing.signal })
  const app = Fastify({
    logger,
    genReqId: nextRequestId,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'request_id' }),
    routerOptions: { maxParamLength: MAX_PATH_PART },
    return503OnClosing: false, // answered by endConnections, in the shape of every other error
    http: { requireHostHeader: false }, // answered by refuseForeign, likewise
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false } },
    frameworkErrors: refuse,
    clientErrorHandler: (error, socket) => answerBrokenRequest(error, socket, { dialogues, request_id: nextRequestId() }),
  })
  // The schemas of answers are there to be described: answers come as text, or are a few members, and compiling them takes most of a start.
  app.setSerializerCompiler(() => (answer) => JSON.stringify(answer))
  app.removeAllContentTypeParsers()
  app.setErrorHandler(refuse)
  app.setNotFoundHandler(() => {
    throw notFound()
  })
  // An Expect header that means nothing to us is passed over, as RFC 9110 allows.
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response))

  followDialogues(app.server, dialogues)
  endConnections(app, closing)
  app.addHook('onRequest', refuseForeign(allowedHosts))

  const sieve = new Sieve({ limits, rates }, spool)
  app.addHook('onClose', () => sieve.close())

  const methods = new Map<string, string[]>()
  await app.register(accepts)
  await describe(app)
  await app.register(async (api) => {
    api.addHook('onRoute', ({ url, method }) => {
      methods.set(url, [...(methods.get(url) ?? []), ...[method].flat()])
    })
    api.addHook('onRequest', refuseUnanswerable)
    api.addHook('onRequest', refuseUnknownParameter)
    const place = { limits, spool, closing: closing.signal }
    importRoutes(api, { store, ...place })
    rawListingRoutes(api, { store, sieve, ...place })
    matchRoutes(api, { sieve, ...place })
    importRecordRoutes(api, { store })
    listingRoutes(api, { store })
    deltaRoutes(api, { store })
    modelRoutes(api, { store })
    fitRoutes(api, { store })
    reportRoutes(api, { store })
    operationRoutes(api, { store, limits })
    api.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger())
  })
  for (const [url, known] of methods) {
    app.route({
      url,
      method: app.supportedMethods.filter((method) => !known.includes(method)),
      schema: { hide: true },
      onRequest: refuseMethod(known),
      handler: async () => {},
    })
  }
  return app
}
