import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { SKUS } from '@huggingface/tasks'
import { describe, expect, test } from 'vitest'
import { buildCatalog, CATALOG_VERSION, catalogEntries, isFamily, parseCatalog, variantsOf } from '../dist/catalog.js'
import { CatalogEntry } from '../dist/catalog-entry.js'
import { FACTS, type Fact } from '../dist/catalog-facts.js'
import { catalogSources, coverage, factsFromMemory } from '../dist/coverage.js'
import { Errors } from '../dist/typebox.js'
import { HEADER, row, variants } from './variant.ts'

const DATA = new URL('../data/', import.meta.url)
const REFERENCE = new URL('../../../../shared/data/gpu-reference.csv', import.meta.url)

const leaves = catalogEntries().filter((entry) => !entry.variants_of_family)
const nameOf = ({ model, edition, vram_gb, memory_type }: CatalogEntry) =>
  [model, edition, vram_gb, memory_type].filter((part) => part !== null).join(' ')
/** Names of the entries that break a rule. */
const breaking = (rule: (entry: CatalogEntry) => boolean) => catalogEntries().filter(rule).map(nameOf)

describe('a catalog file', () => {
  const CARD = { model: 'GTX_1', vendor: 'nvidia', vram_gb: 0.5, tdp_watts: 75, nvlink: 0 }
  const parse = (...lines: string[]) => parseCatalog(lines.join('\n'), 'cards.csv', new Set(['datasheet', 'guide']))

  test('is read with numbers as numbers, flags as booleans and empty cells as null', () => {
    const [card] = parse(
      HEADER,
      row({ ...CARD, nvlink: 1, compute_capability: '12.0', slots: 2.5, sources: 'guide:tdp_watts;datasheet:slots nvlink' }),
      '',
    )
    expect(card).toEqual({
      ...Object.fromEntries(FACTS.map((fact) => [fact, null])),
      model: 'GTX_1',
      edition: null,
      vendor: 'nvidia',
      vram_gb: 0.5,
      tdp_watts: 75,
      nvlink: true,
      slots: 2.5,
      compute_capability: '12.0',
      sources: { vram_gb: 'memory', tdp_watts: 'guide', nvlink: 'datasheet', slots: 'datasheet', compute_capability: 'memory' },
    })
  })

  const refused: [what: string, lines: string[], message: string][] = [
    ['an unknown column', [HEADER.replace('slots', 'length'), ''], 'cards.csv:1: column 17 is length, expected slots'],
    ['a missing column', [HEADER.replace(',sources', ''), ''], 'cards.csv:1: column 24 is missing, expected sources'],
    ['a column too many', [`${HEADER},price`, ''], 'cards.csv:1: column 25 is price, expected no more columns'],
    ['no header', [''], 'cards.csv:1: column 1 is missing, expected model'],
    ['a short row', [HEADER, row(CARD), 'GTX_2,,nvidia', ''], 'cards.csv:3: expected 24 cells, got 3'],
    ['a blank line', [HEADER, '', row(CARD), ''], 'cards.csv:2: expected 24 cells, got 1'],
    ['a file cut off', [HEADER, row(CARD)], 'cards.csv:2: the file does not end with a line feed'],
    ['a lower-case model', [HEADER, row({ ...CARD, model: 'gtx_1' }), ''], 'cards.csv:2: model is "gtx_1"'],
    ['no vendor', [HEADER, row({ ...CARD, vendor: '' }), ''], 'cards.csv:2: vendor is "", expected one of nvidia, amd, intel'],
    ['an unknown vendor', [HEADER, row({ ...CARD, vendor: 'ati' }), ''], 'cards.csv:2: vendor is "ati"'],
    ['a unit', [HEADER, row({ ...CARD, vram_gb: '8GB' }), ''], 'cards.csv:2: vram_gb is "8GB", expected a number'],
    ['a sign', [HEADER, row({ ...CARD, slots: '-1' }), ''], 'cards.csv:2: slots is "-1", expected a number'],
    ['an exponent', [HEADER, row({ ...CARD, slots: '1e1' }), ''], 'cards.csv:2: slots is "1e1", expected a number'],
    [
      'half a watt',
      [HEADER, row({ ...CARD, tdp_watts: '75.5' }), ''],
      'cards.csv:2: tdp_watts is "75.5", expected a whole number',
    ],
    [
      'a flag in words',
      [HEADER, row({ ...CARD, nvlink: 'yes' }), ''],
      'cards.csv:2: nvlink is "yes", expected 0, 1 or nothing',
    ],
    [
      'an unknown form',
      [HEADER, row({ ...CARD, form_factor: 'agp' }), ''],
      'cards.csv:2: form_factor is "agp", expected one of pcie',
    ],
    ['CRLF', [HEADER, `${row(CARD)}\r`, ''], 'cards.csv:2: sources has the unknown source "\\r"'],
    [
      'quotes',
      [HEADER, row({ ...CARD, edition: '"a"' }), ''],
      'cards.csv:2: edition is "\\"a\\"", expected text without quotes',
    ],
    [
      'an unknown source',
      [HEADER, row({ ...CARD, sources: 'web:vram_gb' }), ''],
      'cards.csv:2: sources has the unknown source "web"',
    ],
    [
      'a source of nothing',
      [HEADER, row({ ...CARD, sources: 'guide' }), ''],
      'cards.csv:2: sources has the unknown source "guide"',
    ],
    [
      'a source of an empty cell',
      [HEADER, row({ ...CARD, sources: 'guide:slots' }), ''],
      'cards.csv:2: sources has "slots", which is no filled',
    ],
    [
      'a source of no fact',
      [HEADER, row({ ...CARD, sources: 'guide:model' }), ''],
      'cards.csv:2: sources has "model", which is no filled',
    ],
    [
      'two sources of a fact',
      [HEADER, row({ ...CARD, sources: 'guide:vram_gb;datasheet:vram_gb' }), ''],
      'cards.csv:2: sources has two sources for vram_gb',
    ],
  ]
  for (const [what, lines, message] of refused) {
    test(`with ${what} is refused`, () => expect(() => parse(...lines)).toThrow(message))
  }
})

describe('a family', () => {
  const catalog = buildCatalog(
    variants(
      { model: 'A100_PCIE_80GB', vram_gb: 80, tdp_watts: 300, form_factor: 'pcie', sources: 'datasheet:vram_gb' },
      { model: 'A100_SXM4_80GB', vram_gb: 80, tdp_watts: 400, form_factor: 'sxm4', sources: 'reference:vram_gb' },
      { model: 'A100_SXM4_40GB', vram_gb: 40, tdp_watts: 400, form_factor: 'sxm4' },
      { model: 'A100X', vram_gb: 80 },
      { model: 'P100_PCIE_12GB', vram_gb: 12 },
      { model: 'H100_PCIE_80GB', vram_gb: 80 },
      { model: 'H100_80GB', vram_gb: 80, tdp_watts: 1 },
    ),
  )
  const family = (name: string) => catalog.entries.find((entry) => entry.model === name && entry.variants_of_family)

  test('is named without bus, without memory and without both', () => {
    expect([...catalog.families].sort()).toEqual(
      ['A100', 'A100_PCIE', 'A100_SXM4', 'A100_40GB', 'A100_80GB', 'P100', 'H100', 'H100_PCIE'].sort(),
    )
  })

  test('has the facts on which its variants agree, with the worst of their sources', () => {
    expect(family('A100_80GB')).toMatchObject({
      vram_gb: 80,
      tdp_watts: null,
      form_factor: null,
      sources: { vram_gb: 'datasheet' },
      variants_of_family: ['A100_PCIE_80GB', 'A100_SXM4_80GB'],
    })
    expect(family('A100_SXM4')).toMatchObject({ vram_gb: null, tdp_watts: 400, sources: { tdp_watts: 'memory' } })
    expect(family('A100_40GB')).toMatchObject({ vram_gb: 40, tdp_watts: 400, form_factor: 'sxm4' })
  })

  test('has all its leaf variants', () => {
    expect(catalog.variants.get('A100')?.map(({ model }) => model)).toEqual([
      'A100_PCIE_80GB',
      'A100_SXM4_80GB',
      'A100_SXM4_40GB',
    ])
  })

  test('gives way to a model of the same name', () => {
    expect(catalog.families.has('H100_80GB')).toBe(false)
    expect(catalog.variants.get('H100_80GB')).toMatchObject([{ tdp_watts: 1 }])
  })

  test('comes after the variants in the entries', () => {
    expect(catalog.entries.slice(0, 7).every((entry) => !entry.variants_of_family)).toBe(true)
    expect(catalog.entries.slice(7).every((entry) => entry.variants_of_family)).toBe(true)
  })
})

describe('the catalog', () => {
  test('has a version, at least 350 models and every vendor', () => {
    expect(CATALOG_VERSION).toMatch(/^\d{4}-\d{2}$/)
    expect(new Set(leaves.map(({ model }) => model)).size).toBeGreaterThanOrEqual(350)
    expect(coverage().map(({ vendor }) => vendor)).toEqual(['nvidia', 'amd', 'intel', 'other'])
  })

  test('has entries that its schema accepts', () => {
    for (const entry of catalogEntries()) expect(Errors(CatalogEntry, entry), nameOf(entry)).toEqual([])
  })

  test('has the facts of its schema, in the same order', () => {
    const own = ['model', 'edition', 'vendor', 'sources', 'variants_of_family']
    expect(FACTS).toEqual(Object.keys(CatalogEntry.properties).filter((member) => !own.includes(member)))
  })

  test('has no variant twice', () => {
    const names = leaves.map((entry) => JSON.stringify([entry.model, entry.edition, entry.vram_gb, entry.memory_type]))
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
  })

  test('has each model of one vendor', () => {
    expect(leaves.filter(({ model, vendor }) => variantsOf(model).some((other) => other.vendor !== vendor))).toEqual([])
  })

  test('says where each fact was read, and has no source that no fact names', () => {
    const sources: Record<string, object> = JSON.parse(readFileSync(new URL('sources.json', DATA), 'utf8'))
    const described = Object.keys(sources)
    const used = new Set(leaves.flatMap(({ sources }) => Object.values(sources)))
    expect([...used].sort()).toEqual(described.sort())
    for (const [id, source] of Object.entries(sources)) {
      const isPublic = id !== 'memory' && id !== 'reference'
      expect(Object.keys(source), id).toEqual(isPublic ? ['what', 'address'] : ['what'])
      for (const text of Object.values(source)) expect(text, id).toMatch(/\S/)
    }
    for (const entry of catalogEntries()) {
      expect(Object.keys(entry.sources), nameOf(entry)).toEqual(FACTS.filter((fact) => entry[fact] !== null))
    }
  })

  test('is read fast enough for the start of a command', () => {
    const files = readdirSync(new URL('catalog/', DATA)).map((file) => readFileSync(new URL(`catalog/${file}`, DATA), 'utf8'))
    const sourceIds = new Set(leaves.flatMap(({ sources }) => Object.values(sources)))
    const times = Array.from({ length: 20 }, () => {
      const begin = performance.now()
      buildCatalog(files.flatMap((text) => parseCatalog(text, 'all.csv', sourceIds)))
      return performance.now() - begin
    })
    // 15 ms for 700 variants, the pauses of a busy machine apart.
    expect(Math.min(...times)).toBeLessThan((15 * leaves.length) / 700)
  })

  test('finds the variants of a model and of a family, and none of a name that is neither', () => {
    expect(variantsOf('RTX_3060').map(({ vram_gb }) => vram_gb)).toEqual(expect.arrayContaining([8, 12]))
    expect(isFamily('RTX_3060')).toBe(false)
    expect(isFamily('A100_80GB')).toBe(true)
    expect(new Set(variantsOf('A100_80GB').map(({ model }) => model))).toEqual(new Set(['A100_PCIE_80GB', 'A100_SXM4_80GB']))
    expect(variantsOf('RTX_9999')).toEqual([])
    expect(variantsOf('constructor')).toEqual([])
    expect(isFamily('')).toBe(false)
  })

  test('says what every source of a fact is, and where it is unless it is not public', () => {
    const sources = catalogSources()
    for (const { sources: named } of leaves) {
      for (const id of Object.values(named)) expect(sources.get(id)?.what, id).toMatch(/\w/)
    }
    const withoutAddress = [...sources].filter(([, { address }]) => address === undefined).map(([id]) => id)
    expect(withoutAddress).toEqual(['memory', 'reference'])
    for (const { address } of sources.values()) if (address !== undefined) expect(address).toMatch(/^https?:\/\//)
  })

  test('counts what is filled and lists what is from memory', () => {
    const lines = coverage()
    const fromMemory = lines.reduce((sum, line) => sum + (line.by_source['memory'] ?? 0), 0)
    expect(lines.reduce((sum, line) => sum + line.variants, 0)).toBe(leaves.length)
    for (const line of lines) {
      expect(Object.values(line.by_source).reduce((sum, count) => sum + count, 0)).toBe(line.facts_filled)
      // 20 facts, of which a card lacks the two or three that are of other makers.
      expect((line.facts_filled + line.facts_unknown) / line.variants).toBe(
        { nvidia: 18, amd: 19, intel: 18, other: 17 }[line.vendor],
      )
    }
    expect(factsFromMemory()).toHaveLength(fromMemory)
    for (const { value } of factsFromMemory()) expect(value).not.toBeNull()
  })
})

describe('no fact of the catalog', () => {
  const MIG =
    /^(A100|A100X|A800|A30|A30X|H100|H200|H20|H800|GH200|B200|GB200|B300|GB300)(_|$)|^RTX_PRO_(6000|5000|4500)_BLACKWELL$/
  const PCIE_OF: Record<string, number> = { Volta: 3, Turing: 3, Ampere: 4, 'Ada Lovelace': 4, Hopper: 5, Blackwell: 5 }

  test('is an SXM module without NVLink', () => {
    expect(breaking((entry) => entry.form_factor?.startsWith('sxm') === true && entry.nvlink !== true)).toEqual([])
  })

  test('is NVLink or MIG on a card of another maker', () => {
    expect(breaking((entry) => entry.vendor !== 'nvidia' && (entry.nvlink === true || (entry.mig_support ?? 0) > 0))).toEqual(
      [],
    )
  })

  test('is NVLink or MIG on an Ada card', () => {
    expect(
      breaking((entry) => /^Ada/.test(entry.architecture ?? '') && (entry.nvlink !== false || entry.mig_support !== 0)),
    ).toEqual([])
  })

  test('is MIG on a card that the guide does not list, or a number of instances that there is not', () => {
    expect(breaking((entry) => (entry.mig_support ?? 0) > 0 && !MIG.test(entry.model))).toEqual([])
    expect(breaking((entry) => entry.mig_support !== null && ![0, 2, 4, 7].includes(entry.mig_support))).toEqual([])
  })

  test('is a PCIe generation of another architecture', () => {
    const expected = (entry: CatalogEntry) => PCIE_OF[entry.architecture ?? ''] ?? entry.pcie_generation
    // Mining cards are built with a slower link than their chip has.
    const isMining = ({ model }: CatalogEntry) => model.startsWith('CMP_')
    const isOther = (entry: CatalogEntry) => entry.pcie_generation !== null && entry.pcie_generation !== expected(entry)
    expect(breaking((entry) => isOther(entry) && !isMining(entry))).toEqual([])
  })

  test('is a compute capability, gfx name or support of another maker', () => {
    expect(breaking((entry) => entry.compute_capability !== null && entry.vendor !== 'nvidia')).toEqual([])
    expect(breaking((entry) => entry.gfx !== null && entry.vendor !== 'amd')).toEqual([])
    expect(breaking((entry) => entry.support !== null && entry.vendor !== 'amd' && entry.vendor !== 'intel')).toEqual([])
  })

  test('is a compute capability of another architecture', () => {
    const of: Record<string, RegExp> = {
      Tesla: /^1\./,
      Fermi: /^2\./,
      Kepler: /^3\./,
      Maxwell: /^5\./,
      Pascal: /^6\./,
      Volta: /^7\.[02]$/,
      Turing: /^7\.5$/,
      Ampere: /^8\.[067]$/,
      'Ada Lovelace': /^8\.9$/,
      Hopper: /^9\.0$/,
      Blackwell: /^1[02]\.\d$/,
    }
    expect(
      breaking(
        ({ compute_capability, architecture }) =>
          compute_capability !== null && of[architecture ?? '']?.test(compute_capability) === false,
      ),
    ).toEqual([])
    expect(breaking(({ vendor, architecture }) => vendor === 'nvidia' && architecture !== null && !of[architecture])).toEqual(
      [],
    )
  })

  test('is a size in the name that the memory contradicts', () => {
    expect(
      breaking(({ model, vram_gb }) => {
        const [, size] = /_(\d+)GB$/.exec(model) ?? []
        return size !== undefined && vram_gb !== null && Number(size) !== vram_gb
      }),
    ).toEqual([])
  })
})

describe('beside @huggingface/tasks', () => {
  /** Names of that package that spelling alone does not lead to. */
  const NAMES: Record<string, string> = {
    RTX_PRO_6000_BLACKWELL: 'RTX PRO 6000 WS',
    RTX_PRO_5000_BLACKWELL: 'RTX PRO 5000',
    RTX_PRO_4500_BLACKWELL: 'RTX PRO 4500 WS',
    RTX_PRO_4000_BLACKWELL: 'RTX PRO 4000',
    RTX_PRO_4000_SFF_BLACKWELL: 'RTX PRO 4000 SFF',
    TITAN_RTX: 'RTX Titan',
    INSTINCT_MI300X: 'MI300',
    RADEON_AI_PRO_R9700: 'R9700 PRO',
    ARC_PRO_B50: 'Arc B50',
    ARC_PRO_B60: 'Arc B60',
  }
  /** Where the two differ and the catalog is right: variant -> the fact, and why. */
  const EXCEPTIONS: Record<string, [fact: 'vram_gb' | 'tdp_watts', why: string]> = {
    'A100_SXM4_64GB 64': ['vram_gb', 'made for one supercomputer'],
    'B200 180 HBM3e': ['vram_gb', 'what is usable of 192 GB'],
    'GTX_1060 5 GDDR5': ['vram_gb', 'sold in China only'],
    'H100_NVL_94GB 94 HBM3': ['vram_gb', 'H100 is one entry there, of 80 GB'],
    'H100_SXM5_64GB 64': ['vram_gb', 'H100 is one entry there, of 80 GB'],
    'H100_SXM5_94GB 94': ['vram_gb', 'H100 is one entry there, of 80 GB'],
    'H100_SXM5_96GB 96 HBM3': ['vram_gb', 'H100 is one entry there, of 80 GB'],
    'H800_NVL_94GB 94 HBM3': ['vram_gb', 'H800 is one entry there, of 80 GB'],
    'P100_PCIE_12GB 12 HBM2': ['vram_gb', 'P100 is one entry there, of 16 GB'],
    'RADEON_PRO_W7800 48 GDDR6': ['tdp_watts', 'the power there is that of the 32 GB card'],
    'V100_SXM3_32GB 32 HBM2': ['tdp_watts', 'the power there is that of SXM2'],
  }

  const squeezed = (name: string) => name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '')
  const skus = new Map<string, { memory?: number[]; power: number }>(
    Object.values(SKUS.GPU).flatMap((maker) => Object.entries(maker).map(([name, sku]) => [squeezed(name), sku] as const)),
  )
  const skuOf = ({ model, vram_gb }: CatalogEntry) =>
    [
      NAMES[model] ?? `${model} ${vram_gb}GB`,
      model,
      model.replace(/^RADEON_PRO_/, 'PRO_'),
      model.replace(/^(?:INSTINCT|QUADRO)_/, ''),
      model.replace(/_(?:PCIE|SXM\d|NVL)_\d+GB$/, ''),
    ]
      .map((name) => skus.get(squeezed(name)))
      .find((sku) => sku !== undefined)

  const compared = leaves.flatMap((entry) => {
    const sku = skuOf(entry)
    return sku ? [{ entry, sku }] : []
  })
  const differing = compared.flatMap(({ entry, sku }) => {
    const facts: string[] = []
    if (entry.vram_gb !== null && sku.memory && !sku.memory.includes(entry.vram_gb)) facts.push('vram_gb')
    if (entry.tdp_watts !== null && entry.tdp_watts > sku.power) facts.push('tdp_watts')
    return facts.map((fact) => `${nameOf(entry)}: ${fact}`)
  })

  test('at least 83 models are known to both', () => {
    expect(new Set(compared.map(({ entry }) => entry.model)).size).toBeGreaterThanOrEqual(83)
  })

  test('memory is one of its sizes and board power not above its power, the named exceptions apart', () => {
    expect(differing.sort()).toEqual(
      Object.entries(EXCEPTIONS)
        .map(([name, [fact]]) => `${name}: ${fact}`)
        .sort(),
    )
  })
})

describe.skipIf(!existsSync(REFERENCE))('beside the reference table', () => {
  const NAMES: Record<string, Fact> = {
    vram_gb: 'vram_gb',
    mem_bandwidth_gbs: 'mem_bandwidth_gbs',
    tdp_w: 'tdp_watts',
    mig_max: 'mig_support',
    nvlink: 'nvlink',
    pcie_gen: 'pcie_generation',
    form: 'form_factor',
    arch: 'architecture',
    release_year: 'release_year',
    fp16_dense_tflops: 'fp16_dense_tflops',
  }
  const [header = [], ...rows] = (existsSync(REFERENCE) ? readFileSync(REFERENCE, 'utf8') : '')
    .trimEnd()
    .split('\n')
    .map((line) => [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted ?? plain ?? ''))
  const references = rows.map((cells) => Object.fromEntries(header.map((column, index) => [column, cells[index] ?? ''])))
  /** The one card that the table names otherwise than sellers do. */
  const nameIn = ({ model = '' }: Record<string, string>) => (model === 'QUADRO_GV100' ? 'GV100' : model)
  const entriesOf = (reference: Record<string, string>) =>
    catalogEntries().filter(
      ({ model, vram_gb }) =>
        model === nameIn(reference) && (reference['vram_gb'] === '' || vram_gb === Number(reference['vram_gb'])),
    )

  test('no fact contradicts a sure one, unless a source of its own says so', () => {
    const isFar = (a: number, b: number) => Math.abs(a - b) > 0.03 * b
    const contradictions = references
      .filter((reference) => reference['confidence'] === 'high')
      .flatMap((reference) =>
        ['mem_bandwidth_gbs', 'tdp_w', 'mig_max', 'nvlink'].flatMap((column) => {
          const fact = NAMES[column]
          const expected = Number(reference[column])
          const entries = entriesOf(reference)
          if (fact === undefined || reference[column] === '' || entries.length === 0) return []
          const exact = fact === 'mig_support' || fact === 'nvlink'
          const contradicts = (entry: CatalogEntry) => {
            const value = entry[fact]
            if (value === null || !['memory', 'reference', 'huggingface'].includes(entry.sources[fact] ?? '')) return false
            return exact ? Number(value) !== expected : isFar(Number(value), expected)
          }
          // The table has one row where memory types or editions differ in bandwidth and power: one of them must be meant.
          const is = exact ? entries.some(contradicts) : entries.every(contradicts)
          return is ? [`${reference['model']} ${reference['vram_gb']} GB: ${fact} is not ${expected}`] : []
        }),
      )
    expect(contradictions).toEqual([])
  })

  test('at least 95 % of its facts are filled, and every model of it is there', () => {
    const missing: string[] = []
    let known = 0
    for (const reference of references) {
      const entries = entriesOf(reference)
      for (const [column, fact] of Object.entries(NAMES)) {
        if (reference[column] === '') continue
        known++
        if (entries.every((entry) => entry[fact] === null))
          missing.push(`${reference['model']} ${reference['vram_gb']}: ${fact}`)
      }
    }
    expect(references.filter((reference) => variantsOf(nameIn(reference)).length === 0)).toEqual([])
    expect(missing.length / known, missing.join('\n')).toBeLessThanOrEqual(0.05)
  })
})
