import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { StoredListing } from '../dist/index.js'
import { command, holds, perform, worldNow } from './asking.ts'
import { drawnListings, queryOf, questionOf } from './asking-pages.ts'
import { type Daemon, sharedDaemon } from './daemon.ts'
import { arbitraryListing } from './listings.ts'
import { naiveListings } from './naive-answers.ts'

const FORMATS = ['application/x-ndjson', 'text/csv'] as const

const other = sharedDaemon()

const exported = async (daemon: Daemon, query: string, accept: (typeof FORMATS)[number]) => {
  const { status, text } = await daemon.get(`/api/listings?${query}`, { accept })
  expect(status).toBe(200)
  return text
}

/** What an import holds, but for the names that every import gives. */
async function contentOf(daemon: Daemon, import_id: unknown): Promise<object[]> {
  const { json } = await daemon.get(`/api/listings?import_id=${import_id}&limit=1000`)
  return (json['items'] as StoredListing[]).map(anonymous)
}

const anonymous = ({ id: _, import_id: __, import_index: ___, ...content }: StoredListing) => content

test('an export is what the pages are, in every order, and imports again unchanged', async () => {
  const runs = fc.record({
    changes: fc.array(command, { minLength: 1, maxLength: 4 }),
    drawn: drawnListings,
    limit: fc.constantFrom(undefined, 1, 3, 1000),
  })
  await holds(runs, 12, async (asked, { changes, drawn, limit }) => {
    for (const change of changes) await perform(asked, change)
    const question = questionOf(asked, drawn)
    const listings = naiveListings(worldNow(asked), question, Date.now()).slice(0, limit)
    const query = queryOf({ ...question, limit }).toString()
    const lines = await exported(asked.daemon, query, 'application/x-ndjson')
    expect(
      lines
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line)),
    ).toEqual(listings)
    if (listings.length === 0) return
    for (const format of FORMATS) {
      const { json } = await other().post(await exported(asked.daemon, query, format), { 'content-type': format })
      expect(json).toMatchObject({ record_count: listings.length })
      expect(await contentOf(other(), json['import_id'])).toEqual(listings.map(anonymous))
    }
  })
})

test('an export of any listings imports again unchanged, in either form', async () => {
  await holds(fc.array(arbitraryListing, { minLength: 1, maxLength: 30 }), 5, async ({ daemon }, rows) => {
    const { json } = await daemon.post(rows)
    const { import_id } = json
    const content = await contentOf(daemon, import_id)
    expect(content).toHaveLength(rows.length)
    for (const format of FORMATS) {
      const text = await exported(daemon, `import_id=${import_id}`, format)
      const { json } = await other().post(text, { 'content-type': format })
      expect(await contentOf(other(), json['import_id'])).toEqual(content)
      expect(
        (await exported(other(), `import_id=${json['import_id']}`, format)).replaceAll(`${json['import_id']}`, `${import_id}`),
      ).toBe(text)
    }
    await daemon.store.undo(`${import_id}`)
  })
})
