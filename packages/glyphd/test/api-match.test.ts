import { gzipSync } from 'node:zlib'
import { matchTitle } from 'glyphsieve/stages'
import { describe, expect, test } from 'vitest'
import { type Daemon, sharedDaemon, startDaemon } from './daemon.ts'
import { killNextThread } from './threads.ts'

const TITLES = [
  'MSI GeForce RTX 3090 Gaming X Trio 24GB',
  'Lot of 4 NVIDIA Tesla V100 32GB SXM2, tested',
  'EVGA RTX 3090 FTW3 water block',
  'RTX 4090 48GB modded, für Bastler',
  'Grafikkarte 🔥 Radeon “RX 7900 XTX” 24 GB\twie neu',
  'Sony WH-1000XM5',
  '',
]

const matching = (daemon: Daemon, body: unknown, headers: Record<string, string> = {}, query = '') =>
  daemon.send({
    method: 'POST',
    url: `/api/match${query}`,
    headers: { 'content-type': 'application/json', ...headers },
    payload: typeof body === 'string' || body instanceof Buffer ? body : JSON.stringify(body),
  })

/** What glyphsieve says of a title, without the members that say nothing. */
function expectedOf(title: string): Record<string, unknown> {
  const { memory_type: _, form_factor: __, edition: ___, warnings, ...match } = matchTitle(title)
  const members = Object.entries({ title, ...match, ...(warnings.length > 0 && { warnings }) })
  return Object.fromEntries(members.filter(([, value]) => value !== null))
}

describe('POST /api/match', () => {
  const shared = sharedDaemon({ limits: { max_titles: 150, max_body_bytes: 400_000 } })

  test('answers for every title what glyphsieve says of it, in their order', async () => {
    const { status, headers, json } = await matching(shared(), TITLES)
    expect([status, headers['content-type'], headers['cache-control']]).toEqual([
      200,
      'application/json; charset=utf-8',
      'no-store',
    ])
    expect(json).toEqual({ items: TITLES.map(expectedOf) })
    expect(json['items']).toMatchObject([
      { model: 'RTX_3090', vram_gb: 24, lot_size: 1 },
      { model: 'V100_SXM2_32GB', lot_size: 4 },
      { is_gpu: false, kind: 'accessory' },
      { model: 'RTX_4090', condition: 'for_parts', warnings: [expect.stringMatching(/^modified/)] },
      { model: 'RX_7900_XTX', vendor: 'amd' },
      { is_gpu: false },
      { is_gpu: false },
    ])
  })

  test('says where in the title its evidence stands', async () => {
    const { json } = await matching(shared(), TITLES)
    const items = json['items'] as { title: string; evidence: { text: string; start: number; end: number }[] }[]
    const pieces = items.flatMap(({ title, evidence }) => evidence.map((piece) => ({ ...piece, title })))
    expect(pieces.length).toBeGreaterThan(TITLES.length)
    for (const { title, text, start, end } of pieces) expect(title.slice(start, end)).toBe(text)
  })

  test('takes titles of 2,000 characters, as many as the limit, and gzip', async () => {
    const titles = Array.from({ length: 150 }, (_, index) => `RTX 3090 ${index} `.padEnd(2000, 'x'))
    const { status, json } = await matching(shared(), gzipSync(JSON.stringify(titles)), { 'content-encoding': 'gzip' })
    expect([status, (json['items'] as unknown[]).length]).toEqual([200, 150])
  })

  const refused: [what: string, body: unknown, status: number, expected: object][] = [
    ['what is no JSON', '["RTX 3090"', 422, { code: 'invalid_json', detail: expect.stringContaining('line 1, column 12') }],
    ['what is no array', { titles: ['RTX 3090'] }, 422, { code: 'not_an_array' }],
    ['no title at all', [], 422, { code: 'invalid_titles', detail: expect.stringContaining('1 to 150 titles') }],
    [
      'what is no text',
      ['RTX 3090', 3090, null, { title: 'RTX 3090' }, ['x'], 'P40'],
      422,
      {
        code: 'invalid_titles',
        error_count: 4,
        errors_truncated: false,
        errors: [
          { row: 1, pointer: '/1', code: 'type', value: 3090 },
          { row: 2, pointer: '/2', code: 'type', value: null },
          { row: 3, pointer: '/3', code: 'type' },
          { row: 4, pointer: '/4', code: 'type' },
        ],
      },
    ],
    ['a long title', ['x'.repeat(2001)], 422, { code: 'invalid_titles', errors: [{ pointer: '/0', code: 'length' }] }],
    ['U+0000', ['a\u0000b'], 422, { errors: [{ pointer: '/0', code: 'nul_character' }] }],
    ['half a surrogate pair', ['"', '\ud800'], 422, { errors: [{ pointer: '/1', code: 'lone_surrogate' }] }],
    [
      'more errors than it lists',
      Array.from({ length: 101 }, () => 1),
      422,
      { error_count: 101, errors_truncated: true, detail: expect.stringMatching(/^101 errors/) },
    ],
    ['more titles than the limit', Array.from({ length: 151 }, () => 'P40'), 413, { code: 'too_many_rows', limit: 150 }],
    ['more bytes than the limit', ['x'.repeat(400_000)], 413, { code: 'body_too_large', limit: 400_000 }],
  ]
  for (const [what, body, status, expected] of refused) {
    test(`refuses ${what} with ${status}`, async () => {
      const reply = await matching(shared(), body)
      expect(reply.headers['content-type']).toMatch(/^application\/problem\+json/)
      expect(reply.json).toMatchObject({ status, instance: '/api/match', ...expected })
      if (Array.isArray(reply.json['errors'])) expect(reply.json['errors'].length).toBeLessThanOrEqual(100)
    })
  }

  test('refuses a body of lines and a parameter, and says what it takes', async () => {
    const lines = await matching(shared(), 'RTX 3090\n', { 'content-type': 'application/x-ndjson' })
    expect([lines.status, lines.json['code'], lines.headers['accept-post']]).toEqual([
      415,
      'unsupported_media_type',
      'application/json',
    ])
    const parameter = await matching(shared(), TITLES, {}, '?currency=USD')
    expect([parameter.status, parameter.json['code']]).toEqual([400, 'invalid_query'])
    expect((await shared().get('/api/match')).headers['allow']).toBe('POST')
  })

  test('fails with 503 when its thread dies, and the next one is answered', async () => {
    const daemon = await startDaemon()
    const dead = killNextThread()
    const { status, json, headers } = await matching(daemon, TITLES)
    await dead
    expect([status, json['code'], headers['retry-after']]).toEqual([503, 'sieve_unavailable', '1'])
    expect((await matching(daemon, TITLES)).json).toEqual({ items: TITLES.map(expectedOf) })
  })
})
