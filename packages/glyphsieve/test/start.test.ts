import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

/** What a compiled file loads with it, however many files away: own files by their path below `dist`, packages by their name. */
function loadedWith(entry: string): Set<string> {
  const dist = new URL('../dist/', import.meta.url)
  const loaded = new Set<string>()
  const visit = (file: URL) => {
    const name = file.href.slice(dist.href.length)
    if (loaded.has(name)) return
    loaded.add(name)
    const statements = readFileSync(file, 'utf8').matchAll(/^(?:import|export)\s(?:[\w\s{},*]+\sfrom\s)?['"]([^'"]+)['"]/gm)
    for (const [, specifier = ''] of statements) {
      if (specifier.startsWith('.')) visit(new URL(specifier, file))
      else loaded.add(specifier)
    }
  }
  visit(new URL(entry, dist))
  return loaded
}

const VALIDATOR = 'typebox.js'

describe('the start of a command', () => {
  test.each([
    'bin.js',
    'commands/run.js',
    'commands/lines.js',
    'commands/explain.js',
    'commands/catalog.js',
    'commands/simulate.js',
  ])('does not wait for a validator: %s', (entry) => {
    expect(loadedWith(entry)).not.toContain(VALIDATOR)
  })

  test('of the commands waits for no stage of the pipeline before one is chosen', () => {
    const loaded = loadedWith('bin.js')
    expect(loaded).toContain('commander')
    for (const file of ['pipeline.js', 'price.js', 'match/match.js', 'catalog.js', 'simulate.js']) {
      expect(loaded).not.toContain(file)
    }
    expect(loadedWith('commands/run.js')).toContain('match/match.js')
  })

  test.each(['commands/score.js', 'rates.js', 'read-weights.js'])('has the validator where a file is checked: %s', (entry) => {
    expect(loadedWith(entry)).toContain(VALIDATOR)
  })
})

test('TypeBox is one file, which brings nothing along', () => {
  expect(loadedWith(VALIDATOR)).toEqual(new Set([VALIDATOR]))
})
