import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { jsonLines, runCommand, temporaryFolder } from './cli.ts'

const DATA = fileURLToPath(new URL('../../../../shared/data/', import.meta.url))

const FILES: [file: string, rows: number][] = [
  ['shop-listings.csv', 4304],
  ['shopify-products.json', 11],
  ['ebay-listings.json', 110],
  ['market-research.csv', 86],
]
for (const [file, rows] of FILES) {
  describe.skipIf(!existsSync(DATA + file))(file, () => {
    test(`is read whole: each of its ${rows} rows is accepted, merged or rejected with a reason`, async () => {
      const folder = await temporaryFolder()
      const args = ['run', DATA + file, '--currency', 'USD', '--rejections', 'r.ndjson']
      const { code, stdout, stderr } = await runCommand(args, '', folder)
      expect(code).toBe(0)
      const [, read, , merged] = (/^(\d+) read = (\d+) accepted \+ (\d+) merged/.exec(stderr) ?? []).map(Number)
      const listings = jsonLines(stdout)
      const rejections = jsonLines(await readFile(path.join(folder, 'r.ndjson'), 'utf8'))
      expect(read).toBe(rows)
      expect(listings.length + (merged ?? 0) + rejections.length).toBe(rows)
      expect(listings.length).toBeGreaterThan(0)
      for (const { reason, title } of rejections)
        expect([reason, title]).toEqual([expect.stringMatching(/\S/), expect.anything()])
      const standsFor = listings.map(({ extra }) => Number((extra as { merged_count?: number } | undefined)?.merged_count ?? 1))
      expect(standsFor.reduce((sum, count) => sum + count, 0)).toBe(rows - rejections.length)
    })
  })
}
