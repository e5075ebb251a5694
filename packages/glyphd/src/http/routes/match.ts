import type { FastifyInstance } from 'fastify'
import { Titles } from '../../contract/match.ts'
import type { Sieve } from '../../sieve/sieve.ts'
import { answers } from '../description.ts'
import { sendJson } from '../json.ts'
import { problems } from '../problem.ts'
import { type BodyPlace, receiveBody, refuseOtherTypes } from '../request-body.ts'

const TAKEN = { what: 'Titles', types: ['application/json'] as const }

export function matchRoutes(app: FastifyInstance, { sieve, ...place }: BodyPlace & { sieve: Sieve }): void {
  app.post('/api/match', {
    schema: {
      operationId: 'matchTitles',
      summary: 'Tell what titles sell',
      description:
        'Which graphics card or accelerator each title sells, with the places in the title that say so, or why none. The same as ' +
        '`glyphsieve match`. The body is an array of texts and may be compressed with gzip.',
      tags: ['matching'],
      body: {
        content: {
          'application/json': { schema: { ...Titles, examples: [['MSI GeForce RTX 3090 Gaming X Trio 24GB']] } },
        },
      },
      response: {
        ...answers('MatchedTitles', 'A match for every title.'),
        ...problems(400, 403, 406, 408, 413, 415, 421, 422, 500, 503, 507),
      },
    },
    // The thread that matches checks the titles; the body is bytes here.
    validatorCompiler: () => () => true,
    onRequest: refuseOtherTypes(TAKEN),
    handler: async (request, reply) => {
      const { body, release } = await receiveBody(request, { ...TAKEN, digested: false }, place)
      try {
        return sendJson(reply, await sieve.match(body))
      } finally {
        await release()
      }
    },
  })
}
