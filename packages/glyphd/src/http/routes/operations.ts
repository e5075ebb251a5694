import type { FastifyInstance } from 'fastify'
import type { Health, Limits } from '../../contract/operations.ts'
import type { StorageEngine } from '../../store/engine.ts'
import { VERSION } from '../../version.ts'
import { answers } from '../description.ts'
import { problems } from '../problem.ts'

export function operationRoutes(app: FastifyInstance, { store, limits }: { store: StorageEngine; limits: Limits }): void {
  const startedAt = performance.now()

  app.get('/api/health', {
    schema: {
      operationId: 'health',
      summary: 'Whether the daemon and its store answer',
      description: 'Asks the store. Also tells which versions of the program and of the schema are running.',
      tags: ['operations'],
      response: { ...answers('Health', 'Both answer.'), ...problems(400, 406, 421, 500, 503) },
    },
    handler: async (_request, reply): Promise<Health> => {
      reply.header('cache-control', 'no-store')
      const { engine, schema_version, durability } = await store.check()
      const uptime_seconds = Math.round(performance.now() - startedAt) / 1000
      return { status: 'ok', version: VERSION, engine, schema_version, ...(durability && { durability }), uptime_seconds }
    },
  })

  app.get('/api/limits', {
    schema: {
      operationId: 'limits',
      summary: 'What a body may be',
      description: 'The limits of this daemon. What passes one of them is refused with a status that says so.',
      tags: ['operations'],
      response: { ...answers('Limits', 'The limits in force.'), ...problems(400, 406, 421, 500) },
    },
    handler: async (): Promise<Limits> => limits,
  })
}
