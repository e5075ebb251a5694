import type { FastifyInstance } from 'fastify'
import { cursorAfter, ListingsParameters, pagingOfListings, placeOf } from '../../query.ts'
import type { ListingsQuestion, StorageEngine } from '../../store/engine.ts'
import { answers } from '../description.ts'
import { readLimit, sendPage } from '../page.ts'
import { problems } from '../problem.ts'

export function listingRoutes(app: FastifyInstance, { store }: { store: StorageEngine }): void {
  app.get<{ Querystring: ListingsParameters }>('/api/listings', {
    schema: {
      operationId: 'findListings',
      summary: 'Find stored listings',
      description: 'Listings that match every filter, in the order in which they were imported, a page at a time.',
      tags: ['listings'],
      querystring: ListingsParameters,
      response: { ...answers('ListingPage', 'One page.'), ...problems(400, 406, 421, 500, 503) },
    },
    preValidation: readLimit,
    handler: async (request, reply) => {
      const { cursor, limit, ...filters } = request.query
      if (filters.import_id !== undefined) filters.import_id = filters.import_id.toLowerCase()
      const question: ListingsQuestion = { about: 'listings', limit, ...filters }
      const paging = pagingOfListings(filters)
      if (cursor !== undefined) question.after = placeOf(cursor, paging)
      const { items, next } = await store.ask(question)
      return sendPage(reply, {
        items,
        next_cursor: next && cursorAfter(next, paging),
        path: '/api/listings',
        parameters: { ...filters, limit },
      })
    },
  })
}
