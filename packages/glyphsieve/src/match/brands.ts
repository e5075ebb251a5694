/** The words of product names. Each stands for a series, a maker of chips, or what narrows a name down. */
const BRAND_WORDS = {
  rtx: ['rtx', 'ртх', 'rxt'],
  gtx: ['gtx', 'гтх'],
  gts: ['gts'],
  gt: ['gt'],
  geforce: ['geforce', 'gforce', 'gf', 'джифорс', '지포스'],
  titan: ['titan'],
  quadro: ['quadro'],
  fx: ['fx'],
  nvs: ['nvs'],
  tesla: ['tesla', 'тесла'],
  grid: ['grid'],
  cmp: ['cmp'],
  rx: ['rx', 'рх'],
  radeon: ['radeon', 'радеон'],
  hd: ['hd'],
  r5: [],
  r7: [],
  r9: [],
  vega: ['vega'],
  pro: ['pro', 'rdnp'],
  firepro: ['firepro', 'fire'],
  instinct: ['instinct'],
  arc: ['arc'],
  flex: ['flex'],
  max: ['max'],
  matrox: ['matrox', 'luma'],
  nvidia: ['nvidia', 'nv', 'nvdia', 'нвидиа'],
  amd: ['amd', 'ati'],
  intel: ['intel'],
  ada: ['ada'],
  blackwell: ['blackwell'],
} as const
export type Brand = keyof typeof BRAND_WORDS

const brandNames = Object.keys(BRAND_WORDS) as Brand[]
export const BRAND: Readonly<Record<Brand, number>> = Object.fromEntries(
  brandNames.map((brand, index) => [brand, 1 << index]),
) as Record<Brand, number>

/** The brand that a word names, as a bit; undefined if it is none. */
export const brandOfWord: ReadonlyMap<string, number> = new Map(
  brandNames.flatMap((brand) => BRAND_WORDS[brand].map((word): [string, number] => [word, BRAND[brand]])),
)

export const VENDOR_BRANDS = BRAND.nvidia | BRAND.amd | BRAND.intel

const MISSPELT: readonly [word: string, brand: Brand][] = [
  ['geforce', 'geforce'],
  ['nvidia', 'nvidia'],
  ['radeon', 'radeon'],
  ['quadro', 'quadro'],
  ['instinct', 'instinct'],
  ['firepro', 'firepro'],
]

/** A brand word with a letter or two wrong; 0 if it is none. */
export function misspelt(text: string): number {
  if (text.length < 5 || text.length > 9) return 0
  let brand = 0
  for (const [right, name] of MISSPELT) {
    if (
      text[0] === right[0] &&
      Math.abs(text.length - right.length) <= 1 &&
      distance(text, right) <= (right.length > 6 ? 2 : 1)
    )
      brand = BRAND[name]
  }
  return brand
}

/** Edits between two short words, a swap of neighbours counted as one. */
export function distance(a: string, b: string): number {
  let before: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      let best = Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + cost)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, (before[j - 2] ?? 0) + 1)
      row.push(best)
    }
    before = previous
    previous = row
  }
  return previous[b.length] ?? 0
}
