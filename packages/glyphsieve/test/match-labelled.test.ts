import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Match, matchTitle } from '../dist/match/match.js'
import { sieve } from '../dist/pipeline.js'
import { csvReader } from '../dist/read/csv.js'
import { type LabelledTitle, labelledTitles } from './labelled-titles.ts'

interface Figures {
  f1: number
  exact: number
  wrong: number
  vram: number
  lots: number
  for_parts: number
}

const plain = (name: string) => name.replace(/[^A-Z0-9]/g, '')
const isRight = ({ is_gpu, model }: Match, { models }: LabelledTitle) =>
  is_gpu && [...models].some((name) => plain(name) === plain(model ?? 'UNKNOWN'))

/** How well titles are read, by the measures of the labelled sets. */
function figuresOf(titles: readonly LabelledTitle[]): Figures {
  const read = titles.map((label) => ({ label, match: matchTitle(label.title) }))
  const gpus = read.filter(({ label }) => label.is_gpu)
  const found = gpus.filter(({ match }) => match.is_gpu)
  const false_alarms = read.filter(({ label, match }) => !label.is_gpu && match.is_gpu)
  const right = gpus.filter(({ label, match }) => isRight(match, label))
  const wrong = read.filter(({ label, match }) => match.model !== null && !(label.is_gpu && isRight(match, label)))
  const sized = right.filter(({ label }) => label.vram_gb !== undefined)
  const precision = found.length / (found.length + false_alarms.length)
  const recall = found.length / gpus.length
  return {
    f1: (2 * precision * recall) / (precision + recall),
    exact: right.length / gpus.length,
    wrong: wrong.length / read.length,
    vram: sized.filter(({ label, match }) => match.vram_gb === label.vram_gb).length / sized.length,
    lots: found.filter(({ label, match }) => match.lot_size === label.lot_size).length / found.length,
    for_parts: found.filter(({ label, match }) => (match.condition === 'for_parts') === label.for_parts).length / found.length,
  }
}

/** Titles of whose best-scored 50, all at one price, the model is wrong: what one would buy by mistake. */
function wrongAtTheTop(titles: readonly LabelledTitle[]): string[] {
  const options = { seen_at: '2026-11-01T00:00:00.000Z' }
  const scored = titles.flatMap((label) => {
    const sieved = sieve({ title: label.title, price_text: '$400' }, options)
    return 'listing' in sieved && (sieved.listing.match_score ?? 0) >= 0.9 ? [{ label, listing: sieved.listing }] : []
  })
  const best = scored.sort((a, b) => b.listing.score - a.listing.score).slice(0, 50)
  expect(best).toHaveLength(50)
  const isWrong = ({ label, listing }: (typeof best)[number]) =>
    !label.is_gpu || ![...label.models].some((name) => plain(name) === plain(listing.model))
  return best.filter(isWrong).map(({ label, listing }) => `${label.title} -> ${listing.model}`)
}

describe('on own labelled titles of many markets', () => {
  const titles = labelledTitles()

  test('cards are told from all else, and named or left unnamed', () => {
    expect(titles.length).toBeGreaterThan(1800)
    const { f1, exact, wrong, vram, lots, for_parts } = figuresOf(titles)
    expect(f1).toBeGreaterThanOrEqual(0.985)
    expect(exact).toBeGreaterThanOrEqual(0.98)
    expect(wrong).toBeLessThanOrEqual(0.006)
    expect(vram).toBeGreaterThanOrEqual(0.99)
    expect(lots).toBeGreaterThanOrEqual(0.985)
    expect(for_parts).toBeGreaterThanOrEqual(0.99)
  })

  test('no wrong card is among the 50 best', () => {
    expect(wrongAtTheTop(titles)).toEqual([])
  })
})

const shared = path.resolve(import.meta.dirname, '../../../../shared/data')

/** Rows of a labelled file beside the checkout, without those that its notes call ambiguous. */
function sharedTitles(file: string): LabelledTitle[] {
  const reader = csvReader({ max_row_bytes: 1 << 20 })
  const bytes = readFileSync(path.join(shared, file))
  const rows = [...reader.push(bytes), ...reader.end()].flatMap((batch) => batch.rows).slice(1)
  return rows.flatMap((row) => {
    if (!Array.isArray(row)) throw new Error(`${file} has a row that cannot be read`)
    const [, , title = '', , is_gpu, , model = '', vram_gb = '', note = ''] = row.map((cell) => cell ?? '')
    if (/\bambiguous\b/.test(note)) return []
    const alt = /(?:^|[\s;])alt=([^\s;]+)/.exec(note)?.[1]?.split(',') ?? []
    return {
      title: title.replace(/\s+/g, ' ').trim(),
      is_gpu: is_gpu === '1',
      models: new Set([model, ...alt].filter((name) => name !== '')),
      vram_gb: vram_gb === '' ? undefined : Number(vram_gb),
      lot_size: Number(/\blot=(\d+)/.exec(note)?.[1] ?? 1),
      for_parts: /condition=for_parts/.test(note),
    }
  })
}

describe.skipIf(!existsSync(shared))('on the labelled titles beside the checkout', () => {
  test('real ones', () => {
    const { f1, exact, wrong, vram, lots, for_parts } = figuresOf(sharedTitles('titles-dev.csv'))
    expect(f1).toBeGreaterThanOrEqual(0.99)
    expect(exact).toBeGreaterThanOrEqual(0.98)
    expect(wrong).toBeLessThanOrEqual(0.005)
    expect(vram).toBeGreaterThanOrEqual(0.99)
    expect(lots).toBe(1)
    expect(for_parts).toBe(1)
  })

  test('hard ones', () => {
    const { f1, exact, wrong } = figuresOf(sharedTitles('titles-hard-dev.csv'))
    expect(f1).toBeGreaterThanOrEqual(0.95)
    expect(exact).toBeGreaterThanOrEqual(0.92)
    expect(wrong).toBeLessThanOrEqual(0.025)
  })

  test('no wrong card is among the 50 best', () => {
    expect(wrongAtTheTop([...sharedTitles('titles-dev.csv'), ...sharedTitles('titles-hard-dev.csv')])).toEqual([])
  })
})
