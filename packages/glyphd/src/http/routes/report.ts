import type { FastifyInstance } from 'fastify'
import { reportMarkdown } from '../../answers/report-markdown.ts'
import { type Report, ReportParameters } from '../../contract/report.ts'
import type { StorageEngine } from '../../store/engine.ts'
import { shape } from '../description.ts'
import { sendJson } from '../json.ts'
import { readNumbers } from '../parameters.ts'
import { problems } from '../problem.ts'

const TYPES = ['application/json', 'text/markdown'] as const

/** The market in one page. */
export function reportRoutes(app: FastifyInstance, { store }: { store: StorageEngine }): void {
  app.get<{ Querystring: ReportParameters }>('/api/report', {
    config: { answers: TYPES },
    schema: {
      operationId: 'showReport',
      summary: 'Show the market in one page',
      description:
        'The best value, what is below the fair price, the biggest moves, markets too thin for a fair price, the last imports and what ' +
        'they left out, and the versions behind it all, as of now; with `Accept: text/markdown` as a page to read.',
      tags: ['market'],
      querystring: ReportParameters,
      response: {
        200: {
          description: 'The report.',
          content: {
            'application/json': { schema: shape('Report') },
            'text/markdown': { schema: { type: 'string', description: 'The same as a page (GitHub Flavored Markdown).' } },
          },
        },
        ...problems(400, 406, 421, 500, 503),
      },
    },
    preValidation: readNumbers,
    handler: async (request, reply) => {
      const { limit, include } = request.query
      const { items } = await store.ask({ about: 'report', limit, include_all: include === 'all' })
      if (request.accepts().type([...TYPES]) !== 'text/markdown') return sendJson(reply, items)
      const report: Report = JSON.parse(items)
      return reply.header('cache-control', 'no-store').type('text/markdown; charset=utf-8').send(reportMarkdown(report))
    },
  })
}
