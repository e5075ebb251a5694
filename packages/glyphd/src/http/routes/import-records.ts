import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'glyphsieve/typebox'
import type { UndoneImport } from '../../contract/imports.ts'
import { MAX_PAGE_SIZE } from '../../contract/words.ts'
import { ImportsParameters } from '../../parameters.ts'
import { Problem } from '../../problem.ts'
import { cursorAfter, placeOf } from '../../query.ts'
import type { Answer, ImportsQuestion, StorageEngine } from '../../store/engine.ts'
import { answers, shape } from '../description.ts'
import { sendJson } from '../json.ts'
import { sendPage } from '../page.ts'
import { readNumbers } from '../parameters.ts'
import { problems } from '../problem.ts'

const ROUTE = '/api/persist/imports'
const ONE = `${ROUTE}/:import_id`
const ImportPath = Type.Object({ import_id: Type.String({ description: 'The import.' }) })
type ImportPath = Static<typeof ImportPath>
const NDJSON = 'application/x-ndjson'

/** What was imported, and taking it back. */
export function importRecordRoutes(app: FastifyInstance, { store }: { store: StorageEngine }): void {
  app.get<{ Querystring: ImportsParameters }>(ROUTE, {
    schema: {
      operationId: 'listImports',
      summary: 'List imports',
      description: 'Imports, newest first, a page at a time.',
      tags: ['imports'],
      querystring: ImportsParameters,
      response: { ...answers('ImportPage', 'One page.'), ...problems(400, 406, 421, 500, 503) },
    },
    preValidation: readNumbers,
    handler: async (request, reply) => {
      const { cursor, limit, undone } = request.query
      const paging = { sort: '-import', filters: { undone } }
      const question: ImportsQuestion = { about: 'imports', undone: undone === 'true', limit }
      if (cursor !== undefined) question.after = placeOf(cursor, paging).import_id
      const { items, next } = await store.ask(question)
      return sendPage(reply, {
        items,
        next_cursor: next && cursorAfter(next, paging),
        path: ROUTE,
        parameters: { undone, limit },
      })
    },
  })

  app.get<{ Params: ImportPath }>(ONE, {
    schema: {
      operationId: 'showImport',
      summary: 'Show an import',
      description: 'One import, also if it was undone.',
      tags: ['imports'],
      params: ImportPath,
      response: { ...answers('ImportRecord', 'The import.'), ...problems(400, 404, 406, 414, 421, 500, 503) },
    },
    handler: async (request, reply) => {
      const { items } = await findImport(request.params)
      return sendJson(reply, items.slice(1, -1)) // one item, without the brackets of its array
    },
  })

  app.get<{ Params: ImportPath }>(`${ONE}/errors`, {
    config: { answers: [NDJSON] },
    schema: {
      operationId: 'listRejectedRows',
      summary: 'List the rows that a lenient import left out',
      description:
        'One `RejectedRow` as JSON a line: what is wrong, and the row as it was read, to be mended and sent again. Nothing if ' +
        'every row was stored, or the import was undone; cut off, if it is undone meanwhile.',
      tags: ['imports'],
      params: ImportPath,
      response: {
        200: { description: 'The rows.', content: { [NDJSON]: { schema: shape('RejectedRow') } } },
        ...problems(400, 404, 406, 414, 421, 500, 503),
      },
    },
    handler: async (request, reply) => {
      await findImport(request.params)
      const import_id = idOf(request.params)
      const first = await store.ask({ about: 'rejected_rows', import_id, limit: MAX_PAGE_SIZE })
      reply.header('cache-control', 'no-store').type(`${NDJSON}; charset=utf-8`)
      return reply.send(Readable.from(rejectedRows(import_id, first)))
    },
  })

  app.delete<{ Params: ImportPath }>(ONE, {
    schema: {
      operationId: 'undoImport',
      summary: 'Undo an import',
      description:
        'Takes all listings of the import away, its rejected rows and its Idempotency-Key too, or none of them. The import itself ' +
        'is still known. Again, it answers the same.',
      tags: ['imports'],
      params: ImportPath,
      response: {
        ...answers('UndoneImport', 'Its listings are gone.'),
        ...problems(400, 403, 404, 406, 409, 414, 421, 500, 503, 507),
      },
    },
    handler: async (request): Promise<UndoneImport> => {
      const undone = await store.undo(idOf(request.params))
      request.log.info({ import_id: undone.import_id, record_count: undone.record_count }, 'import undone')
      return undone
    },
  })

  async function findImport(path: ImportPath): Promise<Answer> {
    const answer = await store.ask({ about: 'imports', import_id: idOf(path), limit: 1 })
    if (answer.count === 0) throw new Problem('not_found', 'There is no such import in this store')
    return answer
  }

  /**
   * Page by page, no faster than the client reads.
   *
   * @throws Problem if the import is undone meanwhile: what is cut off must not look like all there was.
   */
  async function* rejectedRows(import_id: string, first: Answer): AsyncGenerator<string, void> {
    for (let page = first; ; ) {
      if (page.count > 0) yield page.items
      if (page.next === undefined) return
      page = await store.ask({ about: 'rejected_rows', import_id, after: page.next.import_index, limit: MAX_PAGE_SIZE })
      if (page.count === 0) throw new Problem('not_found', 'The import was undone while its rejected rows were read')
    }
  }
}

/** Ids are stored in lower case; UUIDs are the same in either (RFC 9562). */
function idOf({ import_id }: ImportPath): string {
  return import_id.toLowerCase()
}
