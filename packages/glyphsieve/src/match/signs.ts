import { BRAND, VENDOR_BRANDS } from './brands.ts'
import type { Memory } from './facts.ts'
import type { MatchKind } from './kind.ts'
import { wordSet } from './letters.ts'
import { MEANS } from './lexicon.ts'
import type { Mention } from './mentions.ts'
import type { Phrase } from './phrases.ts'
import { itemAt, textAt } from './places.ts'
import { breaksBetween, isCardNoun, type Role, rolesOf, THINGS } from './roles.ts'
import { GAP, type Token } from './tokens.ts'

/** Evidence for a kind: how much it weighs, and where it is. */
export interface Sign {
  kind: MatchKind
  weight: number
  /** First and last token. */
  from: number
  to: number
  means: string
}

/** A title as the signs are read from it. */
export interface Reading {
  tokens: readonly Token[]
  phrases: readonly Phrase[]
  /** The mention taken for the card that is sold, if there is one. */
  mention: Mention | undefined
  /** How many different cards the title names. */
  cards: number
  memories: readonly Memory[]
  memory_fits: boolean
  /** A memory size is stated that speaks against the card. */
  memory_contradicts: boolean
  /** The name is one that nothing else bears, such as A100 or L40S. */
  distinct: boolean
  lot: boolean
  /** The card is what a swap offer asks for. */
  wanted: boolean
}

/**
 * What each sign weighs. A name with its series weighs 3, and everything else is held against that: judged by hand on labelled
 * titles of many markets.
 */
const WEIGHT = {
  named_by_series: 3,
  named_by_form: 2,
  named_distinctly: 2.1,
  named_by_recent_number: 1.6,
  named_by_older_number: 1.2,
  named_barely: 0.6,
  memory_fits: 1.5,
  memory_contradicts: 1.2,
  memory_alone: 0.6,
  card_noun: 1.9,
  second_card_noun: 0.4,
  property: 0.35,
  line: 0.4,
  card_maker: 0.7,
  other_maker: 0.3,
  chip_maker: 0.4,
  series_alone: 1.2,
  lot: 0.5,
  ending_elsewhere: 0.5,
  module: 1,
  state: 0.6,
  made_for_card: 3.3,
  bridge: 4.5,
  with_card: 4,
  without_card: 5,
  empty_box: 5,
  asked_for: 6,
  swapped_for: 4,
  fits_several: 1.5,
  processor_number: 3,
  chip_code: 3.3,
  screen_size: 2.5,
  rack_height: 2,
  drive_size: 1,
  system_memory: 1,
} as const

/** What a word for another thing weighs by itself. */
const THING_WEIGHT: readonly [means: number, kind: MatchKind, weight: number][] = [
  [MEANS.accessory, 'accessory', 2],
  [MEANS.accessory_maker, 'accessory', 0.8],
  [MEANS.part, 'parts', 3.3],
  [MEANS.box, 'box', 6],
  [MEANS.licence, 'licence', 4.5],
  [MEANS.service, 'service', 5],
  [MEANS.wanted, 'wanted', 4.5],
  [MEANS.merchandise, 'merchandise', 4],
  [MEANS.component, 'component', 3],
  [MEANS.product, 'lookalike', 2.5],
  [MEANS.video, 'video', 3],
  [MEANS.computer, 'system', 2.5],
  [MEANS.host, 'system', 2],
  [MEANS.cpu, 'system', 1.5],
  [MEANS.storage, 'system', 0.7],
]

const WORD_FOR: Readonly<Record<MatchKind, string>> = {
  gpu: 'a card',
  accessory: 'an accessory',
  parts: 'parts',
  box: 'a box or a picture',
  licence: 'a licence',
  service: 'a service',
  wanted: 'a wish to buy',
  merchandise: 'merchandise',
  component: 'another part of a computer',
  video: 'a device for video',
  system: 'a computer',
  lookalike: 'another product',
  other: 'something else',
}

/** Words that name a part of a card as often as something sold apart. */
const SOFT_ACCESSORIES = wordSet(`
  fan fans cooler heatsink lufter bracket brackets backplate adapter cable kuhler ventole ventilateur shroud bezel sticker screws stand
  dock bridge
`)
/** Words for computers that also say what a card is used in. */
const SOFT_COMPUTERS = wordSet(
  'pc server workstation desktop tower computer combo nas сервер rig servidor serveur system sistem sistema 服务器 サーバー 서버 工作站 台式 主机',
)
/** Makers that sell much else. */
const BROAD_MAKERS = wordSet('asus msi gigabyte acer asrock biostar his elsa galaxy 微星 华硕 華碩 技嘉 colorful soyo')
const CARD_WORDS = wordSet('scheda karte carte tarjeta placa karta karty kort kaart card gpu board grafica pcb')
const BOXES = wordSet(`
  box boxes karton kartons kartong kartonger verpackung originalverpackung ovp scatola scatole caja cajas boite boites emballage carton
  pudelko pudelka krabice doos coffret caixa коробка коробки aske eske laatikko doboz kutu cutie hop κουτι
`)
const EMPTY = wordSet(`
  empty leer leere leerer leeres vide vides vuota vuote vacia vacias vazia puste pusty prazdna prazdne lege tom tomma tomme tyhja пустая
  пустые bos ures goala only nur seulement solo soltanto solamente apenas somente tylko samo pouze jen alleen bara endast kun vain только
`)
const EMPTY_BEHIND = wordSet(`
  empty only leer vide vides vuota vuote vacia vacias vazia puste prazdna pusta пустая пустые goala tom lege leeg rong αδειο
`)
/** `for`, where it stands behind its noun. */
const FOR_BEHIND = wordSet('用 対 전 용 专 專 適 适 compatible compatibile kompatibel geeignet passend')
const WITH = wordSet('with w mit avec con met med с com z')
const SWAP = wordSet(
  'tausche tausch troco permuto cambio scambio echange wymienie zamienie vymenim byter bytter ruil swap vaihdetaan vaihdan schimb vand csere cserelem takas обмен меняю menim',
)
const ARTICLES = wordSet('my a an the mein meiner mon ma mio mia mi dein your any eine einer une una den')
const CHIPS = wordSet('ga ad gp tu gm gb gk gf gh gv')
const TELLING =
  BRAND.geforce |
  BRAND.rtx |
  BRAND.gtx |
  BRAND.quadro |
  BRAND.tesla |
  BRAND.radeon |
  BRAND.firepro |
  BRAND.instinct |
  BRAND.titan |
  BRAND.arc |
  BRAND.matrox |
  BRAND.nvs

/** The signs of a title, for a card and against. */
export function signsOf(reading: Reading): Sign[] {
  const { phrases } = reading
  const roles = rolesOf(reading.tokens, phrases, reading.mention)
  const signs: Sign[] = []
  addSignsOfName(reading, signs)
  addSignsOfSetting(reading, signs)
  addSignsOfShape(reading, signs)
  let properties = 0
  let lines = 0
  let cards = 0
  phrases.forEach((phrase, index) => {
    const { means, from, to } = phrase
    const role = roles[index] ?? 'head'
    const add = (weight: number, words: string) => signs.push({ kind: 'gpu', weight, from, to, means: words })
    if ((means & MEANS.card) !== 0 && role === 'head' && isCardNoun(reading.tokens, phrases, index) && cards++ < 2) {
      add(cards === 1 ? WEIGHT.card_noun : WEIGHT.second_card_noun, 'a word for graphics cards')
    }
    if ((means & MEANS.spec) !== 0 && properties++ < 4) add(WEIGHT.property, 'a property of graphics cards')
    if ((means & MEANS.line) !== 0 && lines++ < 2) add(WEIGHT.line, 'a product line of graphics cards')
    if ((means & MEANS.maker) !== 0 && lines++ < 2) {
      const isBroad = BROAD_MAKERS.has(reading.tokens[from]?.text ?? '')
      add(isBroad ? WEIGHT.other_maker : WEIGHT.card_maker, 'a maker of graphics cards')
    }
    if ((means & MEANS.for_parts) !== 0 && reading.mention !== undefined) add(WEIGHT.state, 'state of the thing')
    if ((means & THINGS) !== 0) {
      const sign = signOfThing(reading, index, role)
      if (sign !== undefined) signs.push(sign)
    }
  })
  const isFor = signs.some(({ kind }) => kind === 'accessory' || kind === 'parts' || kind === 'service')
  if (reading.cards >= 2 && isFor) signs.push(at(reading.mention, 'accessory', WEIGHT.fits_several, 'fits several cards'))
  return signs
}

const at = (place: { from: number; to: number } | undefined, kind: MatchKind, weight: number, means: string): Sign => ({
  kind,
  weight,
  from: place?.from ?? 0,
  to: place?.to ?? 0,
  means,
})

/** How plainly the title names a card. */
function addSignsOfName(reading: Reading, signs: Sign[]): void {
  const { tokens, mention, memories } = reading
  const memory = memories.find(({ system, denied }) => !system && !denied)
  if (mention !== undefined) {
    signs.push(at(mention, 'gpu', weightOfName(reading, mention), 'names a card'))
    if (reading.memory_fits) signs.push(at(memory, 'gpu', WEIGHT.memory_fits, 'memory size of that card'))
    if (reading.memory_contradicts) {
      signs.push(at(memory, 'lookalike', WEIGHT.memory_contradicts, 'memory size that this card never had'))
    }
    if (reading.lot) signs.push(at(mention, 'gpu', WEIGHT.lot, 'a lot'))
    if (reading.wanted) signs.push(at(mention, 'wanted', WEIGHT.asked_for, 'is asked for'))
    const isEnding = (text: string) => text === 'super' || text === 'ti'
    if (mention.strength === 'bare' && tokens.some(({ text }, i) => (i < mention.from || i > mention.to) && isEnding(text))) {
      signs.push(at(mention, 'gpu', WEIGHT.ending_elsewhere, 'an ending of graphics cards'))
    }
    if (tokens.some(({ text }) => text === 'sxm')) signs.push(at(mention, 'gpu', WEIGHT.module, 'a module'))
  } else if (memory !== undefined) signs.push(at(memory, 'gpu', WEIGHT.memory_alone, 'a size of memory'))
  if (tokens.some(({ text }) => text === 'mxm')) signs.push(at(mention, 'gpu', WEIGHT.module, 'a module'))
  const maker = tokens.findIndex(({ brand }) => (brand & VENDOR_BRANDS) !== 0)
  if (maker !== -1) signs.push(at({ from: maker, to: maker }, 'gpu', WEIGHT.chip_maker, 'a maker of graphics chips'))
  const series = mention === undefined ? tokens.findIndex(({ brand }) => (brand & TELLING) !== 0) : -1
  if (series !== -1) {
    signs.push(at({ from: series, to: series }, 'gpu', WEIGHT.series_alone, 'a series of graphics cards'))
  }
}

function weightOfName({ tokens, phrases, distinct }: Reading, mention: Mention): number {
  if (mention.strength === 'series') return WEIGHT.named_by_series
  if (mention.strength === 'form') return WEIGHT.named_by_form
  const isOther = (token: Token, index: number) =>
    token.type === 'word' &&
    token.text.length >= 4 &&
    token.brand === 0 &&
    (index < mention.from || index > mention.to) &&
    !phrases.some(({ from, to }) => from <= index && index <= to)
  const hasOtherWords = tokens.some(isOther)
  // with other words that mean nothing here it may be the name of anything: `H100 microphone`
  if (distinct && !hasOtherWords) return WEIGHT.named_distinctly
  const number = tokens[mention.at]?.text ?? ''
  // numbers of the latest series, which few other things bear
  const isRecent =
    /^[345]0[5-9]0$/.test(number) || (!hasOtherWords && /^(1000|600)$/.test(number) && textAt(tokens, mention.at - 1) === 't')
  if (isRecent) return WEIGHT.named_by_recent_number
  return /^(?:10[5-8]0|16[56]0|20[678]0)$/.test(number) ? WEIGHT.named_by_older_number : WEIGHT.named_barely
}

/** How the card stands in the sentence: sold by itself, built into something, or what something fits. */
function addSignsOfSetting(reading: Reading, signs: Sign[]): void {
  const { tokens, phrases, mention } = reading
  phrases.forEach(({ means, from, to }, index) => {
    if ((means & MEANS.card) !== 0 && FOR_BEHIND.has(tokens[to + 1]?.text ?? '')) {
      signs.push(at({ from, to }, 'accessory', WEIGHT.made_for_card, 'made for cards'))
    }
    if ((means & MEANS.without) === 0) return
    const next = phrases[index + 1]
    const isCard = CARD_WORDS.has(tokens[to + 1]?.text ?? '') || (next?.from === to + 1 && (next.means & MEANS.card) !== 0)
    if (isCard) signs.push(at({ from, to: to + 1 }, 'box', WEIGHT.without_card, 'comes without a card'))
  })
  tokens.forEach(({ text }, index) => {
    if (!BOXES.has(text)) return
    const isPlain = text === 'ovp' || text === 'box'
    const leads = mention !== undefined && text !== 'ovp' && (index === 0 || (!isPlain && isNamedAfter(reading, index)))
    const isSaidEmpty = tokens.some(
      (token) => token.text === 'empty' || token.text === 'leer' || token.text === 'leeg' || token.text === '空',
    )
    if (leads || isSaidEmpty || isEmpty(tokens, index))
      signs.push(at({ from: index, to: index }, 'box', WEIGHT.empty_box, 'an empty box'))
  })
  if (mention === undefined) return
  const bridge = tokens.findIndex(({ text }) => text === 'nvlink' || text === 'sli')
  if (bridge !== -1 && bridge <= 1 && bridge < mention.from) {
    signs.push(at({ from: bridge, to: bridge }, 'accessory', WEIGHT.bridge, 'a bridge between cards'))
  }
  const isReady =
    tokens[mention.to + 1]?.text === 'ready' &&
    (mention.to + 2 >= tokens.length || breaksBetween(tokens, mention.to + 1, mention.to + 2))
  if (isReady || FOR_BEHIND.has(tokens[mention.to + 1]?.text ?? '')) {
    signs.push(at(mention, 'accessory', WEIGHT.made_for_card, 'made for that card'))
  }
  if (SWAP.has(tokens[0]?.text ?? '') && mention.from > 2 && reading.cards === 1) {
    signs.push(at(mention, 'wanted', WEIGHT.swapped_for, 'is asked for'))
  }
  const before = phrases.findLast(({ to }) => to < mention.from)
  if (before === undefined || !reaches(tokens, before, mention) || phrases.some((_, i) => isBefore(i))) return
  if ((before.means & MEANS.for) !== 0) signs.push(at(before, 'accessory', WEIGHT.made_for_card, 'made for that card'))
  else if ((before.means & MEANS.with) !== 0 && before.from >= 1 && WITH.has(tokens[before.from]?.text ?? '')) {
    signs.push(at(before, 'system', WEIGHT.with_card, 'comes with that card'))
  }

  /** A word for cards stands before it, so that the title is about a card anyway. */
  function isBefore(index: number): boolean {
    const phrase = phrases[index]
    return phrase !== undefined && before !== undefined && phrase.to < before.from && isCardNoun(tokens, phrases, index)
  }
}

/** Whether a small word stands right before the card, or before its article or count. */
function reaches(tokens: readonly Token[], word: Phrase, mention: Mention): boolean {
  const apart = mention.from - word.to
  if (breaksBetween(tokens, word.to, mention.from)) return false
  if (apart === 1) return true
  if (apart === 2) return ARTICLES.has(textAt(tokens, mention.from - 1) ?? '')
  return apart === 3 && itemAt(tokens, mention.from - 2)?.type === 'number' && textAt(tokens, mention.from - 1) === 'x'
}

function isEmpty(tokens: readonly Token[], box: number): boolean {
  const before = EMPTY.has(textAt(tokens, box - 1) ?? '') && !breaksBetween(tokens, box - 1, box)
  return before || EMPTY_BEHIND.has(tokens[box + 1]?.text ?? '')
}

/** Sizes and numbers that only computers have. */
function addSignsOfShape({ tokens, memories }: Reading, signs: Sign[]): void {
  for (const memory of memories) {
    if (memory.system) signs.push(at(memory, 'system', WEIGHT.system_memory, 'memory of a computer'))
  }
  tokens.forEach(({ text, type, gap }, to) => {
    const before = itemAt(tokens, to - 1)
    const from = to - 1
    if (type === 'number') {
      if (/^1[3-8]\.[0-9]$/.test(text)) signs.push(at({ from: to, to }, 'system', WEIGHT.screen_size, 'size of a screen'))
      const isRyzen =
        text.length === 4 && (gap & ~GAP.hyphen) === 0 && /^[3579]$/.test(before?.text ?? '') && textAt(tokens, to - 2) === 'r'
      const isXeon = text.length === 4 && /^(gold|silver|platinum|bronze)$/.test(before?.text ?? '') && text !== '1000'
      if (isXeon) signs.push(at({ from, to }, 'system', WEIGHT.processor_number, 'a processor'))
      const isChip =
        to === 1 && text.length === 3 && CHIPS.has(before?.text ?? '') && /^[1-9][0-9]{2}$/.test(tokens[2]?.text ?? '')
      if (isChip && tokens[2]?.gap === GAP.hyphen)
        signs.push(at({ from, to: 2 }, 'parts', WEIGHT.chip_code, 'the code of a chip'))
      if (isRyzen && before?.gap === GAP.none)
        signs.push(at({ from: to - 2, to }, 'system', WEIGHT.processor_number, 'a processor'))
    } else if (gap === GAP.none && before?.type === 'number') {
      if (text === 'u' && /^([1-9]|10)$/.test(before.text))
        signs.push(at({ from, to }, 'system', WEIGHT.rack_height, 'height in a rack'))
      const isDrive = text === 'tb' || (text === 't' && /^[1248]$/.test(before.text))
      if (isDrive) signs.push(at({ from, to }, 'system', WEIGHT.drive_size, 'size of a drive'))
    }
  })
}

/** What a word for another thing says against a card, by the part that it plays. */
function signOfThing(reading: Reading, index: number, role: Role): Sign | undefined {
  const phrase = reading.phrases[index]
  const fromMaker =
    role === 'extra' && reading.phrases.some(({ means, from }) => from <= 1 && (means & MEANS.accessory_maker) !== 0)
  if (phrase === undefined || (role === 'extra' && !fromMaker) || role === 'absent' || role === 'host') return undefined
  const thing = THING_WEIGHT.find(([means]) => (phrase.means & means) !== 0)
  if (thing === undefined) return undefined
  const [means, kind, weight] = thing
  const more = (role === 'only' ? 4 : role === 'for' ? 3 : 0) + weightOfPlace(reading, phrase, means)
  return at(phrase, kind, weight + more, WORD_FOR[kind])
}

/** What is sold is mostly named first, or right behind the name of what it fits. */
function weightOfPlace(reading: Reading, { from, to }: Phrase, means: number): number {
  const { tokens, phrases, mention } = reading
  const leads = mention === undefined || to < mention.from
  const opens = leads && from <= 2
  const isSpelled = tokens[from]?.type === 'character'
  const text = from === to || isSpelled ? textOf(tokens, from, to) : ''
  switch (means) {
    case MEANS.accessory:
    case MEANS.part: {
      const isSoft = SOFT_ACCESSORIES.has(text)
      let weight = 0
      if (leads) weight += (isSoft ? 1.3 : 2.5) + (opens ? 1.2 : 0)
      else if (isNamedAfter(reading, from)) weight += to === tokens.length - 1 && reading.memory_fits ? 3.2 : 1.7
      else if (isSoft) weight -= 0.8
      if (to >= tokens.length - 2) weight += 1.2
      if (reading.memories.length === 0) weight += 0.5
      if (phrases.some((phrase) => (phrase.means & MEANS.card) !== 0 && phrase.to === from - 1)) weight += 1.5
      return weight
    }
    case MEANS.accessory_maker:
      return leads ? 1.4 : 0
    case MEANS.computer:
      if (SOFT_COMPUTERS.has(text)) return opens && text === 'rig' ? 2.5 : leads ? -0.9 : -1.9
      return leads ? 3 : isNamedAfter(reading, from) ? 2.5 : 1
    case MEANS.host: {
      const isForCard = phrases.some((_, index) => isCardNoun(tokens, phrases, index))
      return leads ? (isForCard ? -0.5 : reading.lot ? 3.5 : 1.5) : -1
    }
    case MEANS.cpu: {
      const isBundled = ((tokens[from]?.gap ?? 0) & GAP.plus) !== 0
      return leads ? 1.5 : isBundled ? 2.5 : 0
    }
    case MEANS.component:
      return leads ? 1.5 : -1
    case MEANS.merchandise:
      return opens ? 2 : 0
    case MEANS.product:
      return leads ? 1 : isNamedAfter(reading, from) ? 1.5 : 0
    case MEANS.service:
      return leads ? 1.2 : 0
    case MEANS.licence:
      return leads ? 1.2 : mention === undefined ? 0 : -1
    case MEANS.wanted:
      return leads ? 1.2 : from > 2 && from === to ? -3 : 0
    default:
      return 0
  }
}

function textOf(tokens: readonly Token[], from: number, to: number): string {
  let text = ''
  for (let index = from; index <= to; index++) text += tokens[index]?.text ?? ''
  return text
}

/** `RTX 3080 TUF backplate`: the noun right behind the name, nothing but words of product lines between them. */
function isNamedAfter({ tokens, phrases, mention, memories }: Reading, from: number): boolean {
  if (mention === undefined || breaksBetween(tokens, mention.to, from)) return false
  const between = MEANS.line | MEANS.maker | MEANS.spec
  for (let index = mention.to + 1; index < from; index++) {
    const isBus = tokens[index]?.text === 'sxm' || textAt(tokens, index - 1) === 'sxm'
    const isKnown = phrases.some((phrase) => phrase.from <= index && phrase.to >= index && (phrase.means & between) !== 0)
    const isSize = memories.some((memory) => memory.from <= index && index <= memory.to)
    if (!isKnown && !isBus && !isSize) return false
  }
  return true
}
