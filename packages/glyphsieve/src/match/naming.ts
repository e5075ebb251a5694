import type { Choice } from './choose.ts'
import type { Bus, Memory, StatedBus } from './facts.ts'
import type { Mention } from './mentions.ts'
import { type Name, nameIndex } from './names.ts'
import { textAt } from './places.ts'
import { GAP, hasGap, type Token } from './tokens.ts'

/** A card by its canonical name. */
export interface Named {
  name: Name
  model: string
  bus: Bus | undefined
}

/** The canonical name, with bus and memory where the product is named by them, or with `_MXM`. */
export function finalName(
  tokens: readonly Token[],
  choice: Choice,
  stated: readonly number[],
  buses: readonly StatedBus[],
): Named | undefined {
  const { model: name, mention } = choice
  if (name === undefined || mention === undefined) return undefined
  const index = nameIndex().byModel
  const bus = chosenBus(buses, mention, tokens)
  if (name.base !== undefined) {
    const busName = bus === undefined || bus === 'mxm' || bus === 'oam' ? undefined : busOf(name.base, bus, stated)
    if (name.base === 'P100' || name.base === 'H20') return { name, model: name.model, bus }
    const size = stated.find((gib) => name.sizes.includes(gib))
    const model = [name.base, busName, size === undefined ? undefined : `${size}GB`]
      .filter((part) => part !== undefined)
      .join('_')
    const exact = index.get(model)
    return { name: exact ?? sizesUnder(name, busName), model, bus }
  }
  if (bus === 'mxm' && !/\dM$|_MXM$/.test(name.model)) {
    const mxm = index.get(`${name.model}_MXM`)
    if (mxm !== undefined) return { name: mxm, model: mxm.model, bus }
    if (!name.is_module && hasDesktopCard(name)) return { name: { ...name, sizes: [] }, model: `${name.model}_MXM`, bus }
  }
  if (isMobile(tokens, mention) && /^(?:RTX|GTX|GTS|GT|RX|RADEON_HD)_/.test(name.model) && !name.model.endsWith('M')) {
    const mobile = index.get(`${name.model}_MOBILE`)
    return mobile === undefined ? undefined : { name: mobile, model: mobile.model, bus }
  }
  const reduced = name.model === 'RX_580' ? index.get('RX_580_2048SP') : undefined
  if (reduced !== undefined && tokens.some(({ text }, at) => text === '2048' && tokens[at + 1]?.text === 'sp')) {
    return { name: reduced, model: reduced.model, bus }
  }
  return { name, model: name.model, bus }
}

const CARD = /^(?:gpu|graphics|graphic|card|vga|video)$/

/** `RTX 3070M`, `RTX 3070 Mobile`: the chip of a laptop. */
function isMobile(tokens: readonly Token[], mention: Mention): boolean {
  const letters = tokens[mention.at + 1]
  if (letters?.text === 'm' && letters.gap === GAP.none) return true
  if (tokens.slice(Math.max(0, mention.from - 1), mention.at).some(({ text }) => text === 'mobility')) return true
  if (tokens[mention.to + 1]?.text === 'mobile') return true
  return tokens.some(({ text }, at) => (text === 'laptop' || text === 'notebook') && CARD.test(tokens[at + 1]?.text ?? ''))
}

function hasDesktopCard({ model }: Name): boolean {
  return /^(GTX|RTX|QUADRO|RX|T\d{3}|RADEON_PRO)/.test(model) && !/^QUADRO_[MP]\d*(200|500)$/.test(model)
}

/** The products that are named with bus and memory behind a base. */
const variantsOf = (base: string | undefined) => nameIndex().byBase.get(base ?? '') ?? []

/** The sizes that a card of this base has on this bus. */
function sizesUnder(name: Name, bus: string | undefined): Name {
  if (bus === undefined) return name
  const sizes = variantsOf(name.base)
    .filter(({ model }) => model.startsWith(`${name.base}_${bus}_`))
    .flatMap((found) => found.sizes)
  return sizes.length === 0 ? name : { ...name, sizes: [...new Set(sizes)] }
}

const OTHER_BOARD = /^(?:carrier|adapter|adaptor|adapterem|board|转|轉|riser|переходник|переходником|райзер)$/

/** The bus of the card: one that is joined to its name wins, two different ones contradict each other. */
function chosenBus(buses: readonly StatedBus[], mention: Mention, tokens: readonly Token[]): Bus | undefined {
  if (buses.length === 0) return undefined
  const joined = buses.find(({ from }) => from === mention.to + 1 && ((tokens[from]?.gap ?? 0) & GAP.hyphen) !== 0)
  if (joined !== undefined) return joined.bus
  const own = buses.filter(({ from, to }) => {
    const isOther = (at: number) => OTHER_BOARD.test(tokens[at]?.text ?? '') && !hasGap(tokens, to, at, GAP.plus | GAP.comma)
    return !OTHER_BOARD.test(textAt(tokens, from - 1) ?? '') && !isOther(to + 1) && !isOther(to + 2)
  })
  const beside = own.filter(({ from, to }) => from === mention.to + 1 || to === mention.from - 1)
  if (beside.length === 1 && beside[0] !== undefined) return beside[0].bus
  const kinds = [...new Set(own.map(({ bus }) => bus))]
  if (kinds.includes('nvl')) return 'nvl'
  if (kinds.includes('mxm')) return 'mxm'
  const families = new Set(kinds.map((bus) => (bus.startsWith('sxm') ? 'sxm' : bus === 'fhhl' ? 'pcie' : bus)))
  if (families.size !== 1) return undefined
  return kinds.find((bus) => /^sxm\d/.test(bus)) ?? kinds[0]
}

function busOf(base: string, bus: Bus, stated: readonly number[]): string | undefined {
  if (bus === 'pcie' || bus === 'fhhl') return 'PCIE'
  if (bus === 'nvl') return 'NVL'
  if (bus !== 'sxm') return bus.toUpperCase()
  const generations = variantsOf(base)
    .map(({ model }) => /_(SXM\d)_(\d+)GB$/.exec(model))
    .filter((match) => match !== null && (stated.length === 0 || stated.includes(Number(match[2]))))
    .map((match) => match?.[1])
  return new Set(generations).size === 1 ? generations[0] : undefined
}

/** What the card plugs into, if the title says so. */
export function formFactor(bus: Bus | undefined): string | null {
  if (bus === undefined || bus === 'sxm') return null
  return bus === 'nvl' || bus === 'fhhl' ? 'pcie' : bus
}

/** The edition that tells cards of one name apart, if the title says it. */
export function editionOf(tokens: readonly Token[], model: string | undefined): string | null {
  if (model !== 'RTX_PRO_6000_BLACKWELL') return null
  const texts = tokens.map(({ text }) => text)
  if (texts.includes('maxq') || texts.some((text, at) => text === 'max' && texts[at + 1] === 'q')) return 'Max-Q'
  if (texts.includes('server')) return 'Server'
  return texts.includes('workstation') ? 'Workstation' : null
}

/** The sizes of memory that the title states for the card, each once. A `2x12GB` that makes an official size is that size. */
export function statedMemory(memories: readonly Memory[], sizes: readonly number[]): number[] {
  if (memories.length === 0) return []
  const own = memories.filter(({ gib, system, denied, coded }) => !system && !denied && (!coded || sizes.includes(gib)))
  const values = own.map(({ gib, times }) => (times > 1 && sizes.includes(gib * times) ? gib * times : gib))
  const distinct = [...new Set(values)]
  if (distinct.length <= 1) return distinct
  const official = distinct.filter((gib) => sizes.includes(gib))
  if (official.length === 1) return official
  return official.length > 1 ? official : distinct
}

/** Memory of the card: as stated, else the only size with which it was sold. */
export function vramOf(stated: readonly number[], named: Named | undefined): number | null {
  const sizes = named?.name.sizes ?? []
  const known = stated.length > 0 ? stated : sizes
  return known.length === 1 ? (known[0] ?? null) : null
}
