import type { FastifyInstance } from 'fastify'
import { fitRequest } from '../../answers/fit-request.ts'
import { FitParameters } from '../../contract/fit.ts'
import type { StorageEngine } from '../../store/engine.ts'
import { answers } from '../description.ts'
import { sendJson } from '../json.ts'
import { readNumbers } from '../parameters.ts'
import { problems } from '../problem.ts'

/** What to buy. */
export function fitRoutes(app: FastifyInstance, { store }: { store: StorageEngine }): void {
  app.get<{ Querystring: FitParameters }>('/api/fit', {
    schema: {
      operationId: 'findFit',
      summary: 'Find what to buy to run a model',
      description:
        'For every card on offer the smallest number of them that holds a language model, its keys and values and the overhead, how fast it ' +
        'decodes, and the cheapest current offers that make up the set; cheapest set first.',
      tags: ['market'],
      querystring: FitParameters,
      response: { ...answers('FitAnswer', 'The sets, or why there is none.'), ...problems(400, 406, 421, 500, 503) },
    },
    preValidation: readNumbers,
    handler: async (request, reply) => {
      const { items } = await store.ask({ about: 'fit', request: fitRequest(request.query) })
      return sendJson(reply, items)
    },
  })
}
