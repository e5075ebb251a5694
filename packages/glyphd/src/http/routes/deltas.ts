import type { FastifyInstance } from 'fastify'
import { DeltasParameters } from '../../parameters.ts'
import { cursorAfter, placeOf } from '../../query.ts'
import type { DeltasQuestion, StorageEngine } from '../../store/engine.ts'
import { answers } from '../description.ts'
import { sendPage } from '../page.ts'
import { momentOf, readNumbers } from '../parameters.ts'
import { problems } from '../problem.ts'

const ROUTE = '/api/deltas'

/** What prices did. */
export function deltaRoutes(app: FastifyInstance, { store }: { store: StorageEngine }): void {
  app.get<{ Querystring: DeltasParameters }>(ROUTE, {
    schema: {
      operationId: 'findDeltas',
      summary: 'Find price changes',
      description:
        'Prices that are others than at the observation of the same offer before, in the same currency, newest first, a page at a time. ' +
        'Where one time shows several prices for one offer key, those are several offers, and nobody knows which is which: there is no ' +
        'change into or out of it.',
      tags: ['market'],
      querystring: DeltasParameters,
      response: { ...answers('DeltaPage', 'One page.'), ...problems(400, 406, 421, 500, 503) },
    },
    preValidation: readNumbers,
    handler: async (request, reply) => {
      const { cursor, limit, ...filters } = request.query
      if (filters.after !== undefined) filters.after = momentOf('after', filters.after)
      const question: DeltasQuestion = { about: 'deltas', limit, ...filters }
      const paging = { sort: 'deltas', filters }
      if (cursor !== undefined) question.behind = placeOf(cursor, paging)
      const { items, next } = await store.ask(question)
      return sendPage(reply, {
        items,
        next_cursor: next && cursorAfter(next, paging),
        path: ROUTE,
        parameters: { ...filters, limit },
      })
    },
  })
}
