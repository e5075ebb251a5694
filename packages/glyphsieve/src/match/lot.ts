import { wordSet } from './letters.ts'
import { itemAt, textAt } from './places.ts'
import { GAP, type Token } from './tokens.ts'

/** Largest lot that a title is believed to offer. */
const LARGEST_LOT = 500

const PIECES = wordSet(`
  er pcs pc pce pieces piece pces stk stuck stuk stuks stck st styck szt sztuk sztuki ks kusu kusy kpl шт штук штуки
  units unit ud uds unidades unid pz pezzi adet darab db buc bucati ea pk pack cards gpus карт карты видеокарт
  видеокарты grafikkarten cartes tarjetas schede karty kort placas set kit
`)
const COUNTERS = wordSet(`
  枚 台 個 张 張 片 块 塊 장 개 个 大 ใบ 卡
`)
const LOT_WORDS = wordSet(`
  box carton lot lots lote lotto lotes konvolut posten set bundle batch partij parti zestaw pakiet sada лот комплект партия qty
  quantity menge anzahl pack joblot stack paket kit stock
`)
const OF = wordSet(`
  of de di von z x with aus van из av med mit da po
`)
const PAIRS = new Set(['pair', 'paar', 'coppia', 'paire', 'пара', 'pareja'])
const NUMERALS: ReadonlyMap<string, number> = new Map(
  (
    [
      [2, 'dwie zwei two deux due dos duas twee tva две obie dve'],
      [3, 'three drei trois tre tres trzy три tri'],
      [4, 'four vier quatre quattro cuatro cztery четыре fyra'],
      [5, 'five funf cinq cinque cinco piec пять'],
      [6, 'six sechs sei seis'],
      [8, 'eight acht huit otto ocho'],
      [10, 'ten zehn dix dieci diez'],
      [12, 'dozen dutzend'],
    ] as const
  ).flatMap(([count, words]) => words.split(' ').map((word): [string, number] => [word, count])),
)
const HAN_NUMERALS: ReadonlyMap<string, number> = new Map([
  ['两', 2],
  ['兩', 2],
  ['二', 2],
  ['三', 3],
  ['四', 4],
  ['五', 5],
  ['六', 6],
  ['八', 8],
  ['十', 10],
])
/** What a number with an x counts when it is no card: fans of a cooler, outputs, lanes, plugs. */
const COUNTED = wordSet(`
  dp displayport hdmi dvi mdp minidp mini vga display usb type fan fans slot slots pin pins bit oc black white gb gddr
  pcie port ports bracket dual lufter ventole ram monitor monitors vm edition heatpipe heatpipes hdmi2 way gen
  wentylatory sata xeon cpu silent lp evo plus itx mhz ghz e e1 xs psu power connector dl sdi epyc ssd tb nvme hdd
`)
/** Lines whose name goes on with a number of fans. */
const COOLERS = wordSet(`
  ventus windforce shadow twin dual inspire fighter jetstream aero hellhound challenger eagle gaming expert trio x iceq
  speedster revel epic prime tuf strix pulse nitro ichill rebel verto slim python pegasus phoenix fan fans direct
  directx pcie pci e gen gen3 gen4 ddr oc cooler merc swft qick
`)

const SELLING = wordSet(
  'selling sell vends vendo verkaufe vende sprzedam prodam predam продам продаю salje saljer verkoop selge elado vand satilik',
)

/** How many cards are sold together, and where the title says it. */
export interface Lot {
  size: number
  from: number
  to: number
}

/** How many cards the offer sells together, if the title says so, with where it says it. `from` and `to` are the tokens of the model. */
export function lotOf(tokens: readonly Token[], from: number, to: number): Lot | undefined {
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]
    if (token === undefined) continue
    if (token.type === 'number') {
      const lot = lotAtNumber(tokens, at, from, to)
      if (lot !== undefined && lot.size >= 2 && lot.size <= LARGEST_LOT) return lot
    } else {
      const size = token.type === 'word' ? countOfWord(tokens, at, token.text, from, to) : HAN_NUMERALS.get(token.text)
      if (size !== undefined && (token.type === 'word' || COUNTERS.has(tokens[at + 1]?.text ?? '')))
        return { size, from: at, to: at }
    }
  }
  return undefined
}

/** `two RTX 3090`, `pair of A5000`: a number in words before the card, or a pair on either side. */
function countOfWord(tokens: readonly Token[], at: number, text: string, from: number, to: number): number | undefined {
  const isPair = PAIRS.has(text)
  const size = isPair ? 2 : NUMERALS.get(text)
  if (size === undefined || /^(slot|slots|fan|fans|way|pin)$/.test(tokens[at + 1]?.text ?? '')) return undefined
  if (PIECES.has(tokens[at + 1]?.text ?? '')) return isStock(tokens, at + 2) ? undefined : size
  if (OF.has(textAt(tokens, at - 1) ?? '') && LOT_WORDS.has(textAt(tokens, at - 2) ?? '')) return size
  if (at < from) return from - at <= 6 ? size : undefined
  return isPair && at < from + 6 && at < to && to - at <= 8 ? size : undefined
}

function lotAtNumber(tokens: readonly Token[], at: number, from: number, to: number): Lot | undefined {
  const token = tokens[at]
  if (token === undefined || token.text.length > 3 || token.text.includes('.')) return undefined
  const size = Number(token.text)
  const next = tokens[at + 1]
  const before = itemAt(tokens, at - 1)
  const beforeText = before?.text ?? ''
  if (at >= from && at <= to) return undefined

  // lot 3 of 5: the third of five lots
  if (beforeText === 'of' && itemAt(tokens, at - 2)?.type === 'number') return undefined
  if (next?.text === 'of' && tokens[at + 2]?.type === 'number') return undefined

  // lot of 4, Konvolut 4, lot (4), qty: 4
  const lotWord = OF.has(beforeText) ? textAt(tokens, at - 2) : beforeText
  if (lotWord !== undefined && LOT_WORDS.has(lotWord) && !isMeasure(next))
    return { size, from: at - (OF.has(beforeText) ? 2 : 1), to: at }
  if (lotWord === 'x' && LOT_WORDS.has(textAt(tokens, at - 3) ?? '')) return { size, from: at - 3, to: at }

  // 8 GPU lot
  if (/^(gpu|card|cards|gpus)$/.test(next?.text ?? '') && LOT_WORDS.has(tokens[at + 2]?.text ?? ''))
    return { size, from: at, to: at + 2 }

  // 4 pcs, 4 Stück, 4枚
  if (next !== undefined && (PIECES.has(next.text) || COUNTERS.has(next.text)) && !isDescribed(tokens, at)) {
    if (isStock(tokens, at + 2)) return undefined
    const weak =
      next.text === 'set' ||
      next.text === 'kit' ||
      next.text === 'st' ||
      next.text === 'db' ||
      next.text === 'pack' ||
      next.text === 'pc' ||
      next.text === 'kort' ||
      next.text === '卡'
    if (!weak || token.gap !== GAP.none) return { size, from: at, to: at + 1 }
  }

  // 4x RTX 3090, 4 x RTX 3090, 4 × ...
  if (
    isTimes(next) &&
    (next?.gap ?? 0) <= GAP.space &&
    token.gap !== GAP.none &&
    !COOLERS.has(beforeText) &&
    before?.text !== 'x'
  ) {
    const counted = tokens[at + 2]
    if (
      counted !== undefined &&
      (counted.type !== 'number' || counted.gap !== GAP.none) &&
      !isCountedOtherwise(tokens, at + 2) &&
      at < from
    )
      return { size, from: at, to: at + 1 }
  }
  // RTX 3090 x4, x 4, *4: behind the card, with nothing counted behind it
  if (
    !isStock(tokens, at + 1) &&
    isTimes(before) &&
    at > to &&
    (before?.gap ?? 0) !== GAP.none &&
    (token.gap & ~GAP.space) === 0 &&
    !COOLERS.has(textAt(tokens, at - 2) ?? '')
  ) {
    const previous = itemAt(tokens, at - 2)
    if (token.depth > 0 && /^(gb|g|mb)$/.test(previous?.text ?? '')) return undefined
    const isLanes =
      /^(pcie|pci|e|express|gen|\d\.0|lanes?)$/.test(previous?.text ?? '') || previous?.text.endsWith('.0') === true
    const isBridged = /^(sli|nvlink)$/.test(next?.text ?? '')
    const ends =
      next === undefined ||
      isBridged ||
      (next.gap & (GAP.comma | GAP.open | GAP.close | GAP.hyphen | GAP.slash | GAP.plus)) !== 0
    if (
      (ends || (at - to <= 4 && size >= 4 && next.gap !== GAP.none)) &&
      !isLanes &&
      !isCountedOtherwise(tokens, at + 1) &&
      size <= 64 &&
      !(size === 16 || (size === 8 && hasPcieNear(tokens, at)))
    )
      return { size, from: at - 1, to: at }
  }
  // (4) at the beginning or the end
  if (
    (token.gap & GAP.open) !== 0 &&
    (next === undefined || (next.gap & GAP.close) !== 0) &&
    (at === 0 || next === undefined) &&
    size <= 100
  ) {
    return { size, from: at, to: at }
  }
  // 4 RTX A6000: a number that opens the title, with nothing between it and the card
  const opens = at === 0 || (at === 1 && SELLING.has(beforeText)) || (at === 2 && beforeText === 'have')
  return opens && from === at + 1 && next?.gap === GAP.space && next.type === 'word' ? { size, from: at, to: at } : undefined
}

/** `20 pcs in stock`: how many there are, not how many are sold together. */
function isStock(tokens: readonly Token[], at: number): boolean {
  const text = tokens[at]?.text ?? ''
  const next = tokens[at + 1]?.text ?? ''
  return (
    /^(available|left|verfugbar|disponible|disponibles|disponibili|dostepne|skladem|stock|lager|库)$/.test(text) ||
    /^(stock|lager)$/.test(next)
  )
}

function isTimes(token: Token | undefined): boolean {
  return token?.text === 'x' || token?.text === 'х'
}

function isMeasure(next: Token | undefined): boolean {
  if (next?.text === 'w') return next.gap === GAP.none
  return next !== undefined && /^(gb|g|gd|go|гб|mb|bit|slot|slots|fan|fans|pin|mm|cm|tb|oc)$/.test(next.text)
}

/** `3 fan cards`, `2 slot`. */
function isDescribed(tokens: readonly Token[], at: number): boolean {
  const before = itemAt(tokens, at - 1)
  return tokens[at]?.gap === GAP.none && before?.type === 'word' && before.text !== 'x'
}

function isCountedOtherwise(tokens: readonly Token[], at: number): boolean {
  const token = tokens[at]
  if (token === undefined) return false
  if (token.type === 'number')
    return (
      (tokens[at + 1] !== undefined && isMeasure(tokens[at + 1])) ||
      /^(pin|p)$/.test(tokens[at + 1]?.text ?? '') ||
      /^(6|8|12|16)$/.test(token.text)
    )
  return COUNTED.has(token.text)
}

function hasPcieNear(tokens: readonly Token[], at: number): boolean {
  for (let near = Math.max(0, at - 5); near < at; near++)
    if (/^(pcie|pci|gen|gddr)$/.test(tokens[near]?.text ?? '')) return true
  return false
}
