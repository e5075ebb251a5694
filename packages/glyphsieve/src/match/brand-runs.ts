import { BRAND, brandOfWord, VENDOR_BRANDS } from './brands.ts'
import { wordSet } from './letters.ts'
import { textAt } from './places.ts'
import { GAP, type Token } from './tokens.ts'

/** Brands that name a series and not a maker. */
export const SERIES_BRANDS =
  Object.values(BRAND).reduce((all, bit) => all | bit, 0) &
  ~VENDOR_BRANDS &
  ~BRAND.pro &
  ~BRAND.max &
  ~BRAND.ada &
  ~BRAND.blackwell

/** Signs of trademarks and words that stand between a brand and its number and say nothing. */
const NOISE = wordSet(`
  r tm series c card gpu professional graphics ai generation
`)
const LONGEST_BRAND_RUN = 8

/** The brand words that lead up to a number, and where they begin. */
export interface BrandRun {
  from: number
  brands: number
}

/** The brand words that lead up to a number, sizes of memory and signs between them skipped. */
export function brandRun(tokens: readonly Token[], at: number): BrandRun {
  let from = at
  let brands = 0
  for (let look = at - 1; look >= 0 && at - look <= LONGEST_BRAND_RUN; look--) {
    const token = tokens[look]
    if (token === undefined || ((tokens[look + 1]?.gap ?? 0) & (GAP.comma | GAP.slash | GAP.plus)) !== 0) break
    const brand = token.brand || radeonR(tokens, look)
    if (brand) {
      brands |= brand
      from = look
    } else if (!NOISE.has(token.text) && !(token.type === 'number' && radeonR(tokens, look - 1) !== undefined)) break
  }
  return { from, brands }
}

/** `R9 290X`, `R7-240`: a series whose name has a number. */
function radeonR(tokens: readonly Token[], at: number): number | undefined {
  if (textAt(tokens, at) !== 'r') return undefined
  const number = tokens[at + 1]
  if (number === undefined || number.gap === GAP.comma) return undefined
  if (number.text === '5') return BRAND.r5
  if (number.text === '7') return BRAND.r7
  return number.text === '9' ? BRAND.r9 : undefined
}

const ONLY_AMD = wordSet('sapphire powercolor xfx')
const ONLY_NVIDIA = wordSet('evga zotac palit gainward pny inno3d galax kfa2 leadtek manli')

/** The series of a maker that builds cards with the chips of one maker only: `powercolor 580`. */
export function impliedBrand(tokens: readonly Token[]): number {
  for (const { text } of tokens) {
    if (ONLY_AMD.has(text)) return BRAND.radeon
    if (ONLY_NVIDIA.has(text)) return BRAND.geforce
  }
  return 0
}

/** Brand words right behind a name: `3070 RTX`. */
export function brandAfter(tokens: readonly Token[], to: number): { brands: number; to: number } | undefined {
  let brands = 0
  let last = to
  for (let look = to + 1; look <= to + 2; look++) {
    const token = tokens[look]
    if (token === undefined || token.gap !== GAP.space) break
    const brand = brandOfWord.get(token.text)
    if (brand === undefined || tokens[look + 1]?.type === 'number') break
    brands |= brand
    last = look
  }
  return brands === 0 ? undefined : { brands, to: last }
}
