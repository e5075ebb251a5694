import { BRAND, VENDOR_BRANDS } from './brands.ts'
import type { Memory } from './facts.ts'
import { wordSet } from './letters.ts'
import { MEANS } from './lexicon.ts'
import type { Mention } from './mentions.ts'
import type { Phrase } from './phrases.ts'
import { GAP, type Token } from './tokens.ts'

/** What a title sells. Only `gpu` is a graphics card or accelerator. */
export const MATCH_KINDS = [
  'gpu',
  'accessory',
  'parts',
  'box',
  'licence',
  'service',
  'wanted',
  'merchandise',
  'component',
  'video',
  'system',
  'lookalike',
  'other',
] as const
export type MatchKind = (typeof MATCH_KINDS)[number]

/** Evidence for a kind: how much a phrase weighs, and where it is. */
export interface Sign {
  kind: MatchKind
  weight: number
  from: number
  to: number
  means: string
}

/** Why a title of another kind is no card. */
export const REASONS: Readonly<Record<Exclude<MatchKind, 'gpu'>, string>> = {
  accessory: 'an accessory, not a card',
  parts: 'parts of a card, not a whole one',
  box: 'a box or a picture without a card',
  licence: 'a licence or subscription, not a card',
  service: 'a service or rental, not a card',
  wanted: 'someone wants to buy, nothing is sold',
  merchandise: 'merchandise, not a card',
  component: 'another part of a computer',
  video: 'a device for video that is no graphics card',
  system: 'a whole computer, not a card',
  lookalike: 'another product whose name looks like a card',
  other: 'nothing names a graphics card',
}

/** What the words of a title say about what is sold, as seen from the card that it names. */
export interface KindInput {
  tokens: readonly Token[]
  phrases: readonly Phrase[]
  /** The mention taken for the card that is sold, if there is one. */
  mention: Mention | undefined
  /** How many different cards the title names. */
  cards: number
  memories: readonly Memory[]
  /** The stated memory is one with which that card was sold. */
  memoryFits: boolean
  /** A size of memory is stated that contradicts the card. */
  memoryContradicts: boolean
  /** The name is one that nothing else bears, such as A100 or L40S. */
  distinct: boolean
  lot: boolean
  /** The card is what a swap offer asks for. */
  wanted: boolean
}

type Role = 'head' | 'extra' | 'absent' | 'use' | 'from' | 'only' | 'fits' | 'context'

const KIND_OF: readonly [means: number, kind: MatchKind, weight: number][] = [
  [MEANS.accessory, 'accessory', 2],
  [MEANS.accessory_maker, 'accessory', 2],
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
const NOUNS = KIND_OF.reduce((all, [means]) => all | means, 0)
const ROLE_WORDS = MEANS.with | MEANS.without | MEANS.not | MEANS.for | MEANS.from
/** Words that decide wherever they stand. */
const DECISIVE = MEANS.box | MEANS.wanted | MEANS.service

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

const CARD_WORDS = wordSet(`
  scheda karte carte tarjeta placa karta karty kort kaart card gpu board grafica
`)
const BOXES =
  /^(box|boxes|karton|kartons|kartong|kartonger|verpackung|originalverpackung|ovp|scatola|scatole|caja|cajas|boite|boites|emballage|carton|pudelko|pudelka|krabice|doos|dozen|coffret|caixa|коробка|коробки|aske|eske|laatikko|doboz|kutu|cutie)$/
const EMPTY_BEHIND =
  /^(empty|only|leer|vide|vides|vuota|vuote|vacia|vacias|vazia|puste|prazdna|pusta|пустая|пустые|goala|tom|lege)$/
const EMPTY =
  /^(empty|leer|leere|leerer|leeres|vide|vides|vuota|vuote|vacia|vacias|vazia|puste|pusty|prazdna|prazdne|lege|tom|tomma|tomme|tyhja|пустая|пустые|bos|ures|goala|only|nur|seulement|solo|soltanto|solamente|apenas|somente|tylko|samo|pouze|jen|alleen|bara|endast|kun|vain|только)$/
/** `for`, where it stands behind its noun. */
const FOR_BEHIND = wordSet('用 対 전 용 专 適 适')
const SOFT_ACCESSORIES = wordSet(`
  fan fans cooler heatsink lufter bracket brackets backplate adapter cable kuhler ventole ventilateur shroud bezel
  sticker screws stand dock bridge
`)

/** Computer words that also name a use of a card: `workstation`, `server`. */
const SOFT_COMPUTERS = wordSet(`
  pc server workstation desktop tower computer combo nas сервер rig grafica
`)

/** The signs of a title, for a card and against. */
export function signsOf(input: KindInput): Sign[] {
  const { tokens, phrases, mention } = input
  const signs: Sign[] = []
  const add = (kind: MatchKind, weight: number, from: number, to: number, means: string) =>
    signs.push({ kind, weight, from, to, means })

  if (mention !== undefined) {
    const weight =
      mention.strength === 'series'
        ? 3
        : mention.strength === 'form'
          ? 2
          : input.distinct
            ? 1.8
            : isRecent(tokens[mention.at]?.text ?? '')
              ? 1.4
              : 0.6
    add('gpu', weight, mention.from, mention.to, 'names a card')
    if (input.memoryFits) {
      const memory = input.memories.find(({ system, denied }) => !system && !denied)
      add('gpu', 1.5, memory?.from ?? mention.from, memory?.to ?? mention.to, 'memory size of that card')
    }
    if (input.memoryContradicts) add('lookalike', 1.2, mention.from, mention.to, 'memory size that this card never had')
  }
  if (input.lot && mention !== undefined) add('gpu', 0.5, mention.from, mention.to, 'a lot')
  if (input.wanted && mention !== undefined) add('wanted', 6, mention.from, mention.to, 'is asked for')
  addBrands()
  addSetting()

  const roles = rolesOf(tokens, phrases, mention)
  let specs = 0
  let lines = 0
  let cards = 0
  phrases.forEach((phrase, index) => {
    const { means, from, to } = phrase
    const role = roles[index] ?? 'head'
    if (
      (means & MEANS.card) !== 0 &&
      !isCompound(tokens, phrases, index) &&
      role !== 'absent' &&
      role !== 'use' &&
      role !== 'fits'
    ) {
      if (cards++ < 2) add('gpu', cards === 1 ? 1.9 : 0.4, from, to, 'a word for graphics cards')
    }
    if ((means & MEANS.spec) !== 0 && specs++ < 4) add('gpu', 0.35, from, to, 'a property of graphics cards')
    if ((means & MEANS.line) !== 0 && lines++ < 2) add('gpu', 0.4, from, to, 'a product line of graphics cards')
    if ((means & MEANS.maker) !== 0 && lines++ < 2) add('gpu', 0.3, from, to, 'a maker of graphics cards')
    if ((means & MEANS.for_parts) !== 0 && mention !== undefined && role === 'head')
      add('gpu', 0.6, from, to, 'state of the thing')
    if ((means & NOUNS) !== 0) addNoun(phrase, role)
  })
  for (const memory of input.memories) if (memory.system) add('system', 1, memory.from, memory.to, 'memory of a computer')
  if (input.cards >= 2) {
    const accessory = signs.some(({ kind }) => kind === 'accessory' || kind === 'parts' || kind === 'service')
    if (accessory) add('accessory', 1.5, mention?.from ?? 0, mention?.to ?? 0, 'fits several cards')
  }
  return signs

  /** Brand words that belong to no name. */
  function addBrands(): void {
    let series = 0
    let makers = 0
    tokens.forEach(({ brand }, at) => {
      if (brand === 0) return
      if ((brand & VENDOR_BRANDS) !== 0 && makers++ === 0) add('gpu', 0.4, at, at, 'a maker of graphics chips')
      else if ((brand & TELLING) !== 0 && mention === undefined && series++ === 0)
        add('gpu', 1.2, at, at, 'a series of graphics cards')
    })
    if (mention === undefined && input.memories.some(({ system }) => !system)) add('gpu', 0.6, 0, 0, 'a size of memory')
    if (
      mention !== undefined &&
      mention.strength === 'bare' &&
      tokens.some(({ text }, at) => (at < mention.from || at > mention.to) && (text === 'super' || text === 'ti'))
    ) {
      add('gpu', 0.5, mention.from, mention.to, 'an ending of graphics cards')
    }
    const usedFor = phrases.find(({ means, to }) => (means & MEANS.card) !== 0 && FOR_BEHIND.has(tokens[to + 1]?.text ?? ''))
    if (usedFor !== undefined || (mention !== undefined && FOR_BEHIND.has(tokens[mention.to + 1]?.text ?? '')))
      add('accessory', 3.5, usedFor?.from ?? 0, usedFor?.to ?? 0, 'made for cards')
    if (mention !== undefined && tokens.some(({ text }) => text === 'sxm')) add('gpu', 1, mention.from, mention.to, 'a module')
    tokens.forEach(({ text, type, gap }, at) => {
      if (type !== 'word' || gap !== GAP.none || tokens[at - 1]?.type !== 'number') return
      if (text === 'u' && /^([1-9]|10)$/.test(tokens[at - 1]?.text ?? '')) add('system', 2, at - 1, at, 'height in a rack')
      else if (text === 'tb') add('system', 1, at - 1, at, 'size of a drive')
    })
    if (tokens.some(({ text }) => text === 'mxm')) add('gpu', 1, 0, 0, 'a module')
  }

  function isEmptyBox(at: number): boolean {
    const before = EMPTY.test(tokens[at - 1]?.text ?? '') && !breaksBetween(tokens, at - 1, at)
    return before || (EMPTY_BEHIND.test(tokens[at + 1]?.text ?? '') && !breaksBetween(tokens, at, at + 1))
  }

  /** How the card stands in the sentence: sold by itself, built into something, or what something fits. */
  function addSetting(): void {
    if (mention === undefined) return
    let before = phrases.findLast(({ to }) => to < mention.from)
    const count = before === undefined ? -1 : mention.from - before.to
    const isCounted = count === 3 && tokens[mention.from - 2]?.type === 'number' && tokens[mention.from - 1]?.text === 'x'
    const isMine =
      count === 2 && /^(my|a|an|the|mein|meiner|mon|ma|mio|mia|mi|dein|your|any)$/.test(tokens[mention.from - 1]?.text ?? '')
    if (before !== undefined && (count === 1 || isCounted || isMine) && !hasBreak(tokens, before.to, mention.from)) {
      const cardBefore = phrases.some(
        ({ means, to, from }) =>
          to < (before?.from ?? 0) &&
          (means & MEANS.card) !== 0 &&
          !isCompound(
            tokens,
            phrases,
            phrases.findIndex((phrase) => phrase.from === from),
          ),
      )
      if ((before.means & MEANS.for) !== 0 && !cardBefore) add('accessory', 3.2, before.from, before.to, 'made for that card')
      if (
        (before.means & MEANS.with) !== 0 &&
        (before.means & MEANS.for) === 0 &&
        before.from >= 1 &&
        !cardBefore &&
        isWithWord(tokens[before.from]?.text ?? '')
      )
        add('system', 4, before.from, before.to, 'comes with that card')
    }
    tokens.forEach(({ text }, at) => {
      if (BOXES.test(text) && isEmptyBox(at)) add('box', 5, at, at, 'an empty box')
    })
    before = undefined
    phrases.forEach(({ means, from, to }, index) => {
      const next = phrases[index + 1]
      if ((means & MEANS.without) !== 0 && CARD_WORDS.has(tokens[to + 1]?.text ?? ''))
        add('box', 5, from, to + 1, 'comes without a card')
      else if ((means & MEANS.without) !== 0 && next !== undefined && next.from === to + 1 && (next.means & MEANS.card) !== 0)
        add('box', 5, from, next.to, 'comes without a card')
    })
  }

  function addNoun({ means, from, to }: Phrase, role: Role): void {
    if (role === 'extra' || role === 'absent' || role === 'use' || role === 'from') return
    for (const [bit, kind, base] of KIND_OF) {
      if ((means & bit) === 0) continue
      add(kind, weightOf(kind, base, bit, from, to, role), from, to, `a word for: ${kind}`)
      return
    }
  }

  function weightOf(kind: MatchKind, base: number, bit: number, from: number, to: number, role: Role): number {
    let weight = base
    if (role === 'only') weight += 4
    if (role === 'fits') weight += 3
    const before = mention === undefined || to < mention.from
    if ((bit & (MEANS.service | MEANS.wanted | MEANS.licence)) !== 0 && before) weight += 1.2
    if (bit === MEANS.accessory_maker) return before ? 2.2 : 0.8
    if (kind === 'accessory' || kind === 'parts') {
      if (before) weight += 1.3
      else if (from === to && SOFT_ACCESSORIES.has(tokens[from]?.text ?? '')) weight -= 0.8
      if (before && from <= 2) weight += 2.2
      if (to >= tokens.length - 2) weight += 1.2
      if (!input.memoryFits && input.memories.length === 0) weight += 0.5
      if (isCompoundNoun(tokens, phrases, from)) weight += 1.5
    }
    if (bit === MEANS.computer) {
      const soft = to === from && SOFT_COMPUTERS.has(tokens[from]?.text ?? '')
      if (soft) weight = before ? 1.6 : 0.6
      else weight += before ? 3 : 1
    }
    if (bit === MEANS.host) weight += before ? 1.5 : -1
    if (bit === MEANS.component && !before) weight -= 1
    if (bit === MEANS.wanted && from > 2 && !before) weight -= 3
    if (bit === MEANS.licence && !before && mention !== undefined) weight -= 1
    return weight
  }
}

/** Numbers of the latest series, which few other things bear. */
const isRecent = (number: string) => /^[345]0[5-9]0$/.test(number)

/** A word for cards that only qualifies the noun behind it: `graphics card holder`, `GPU fan`. */
function isCompound(tokens: readonly Token[], phrases: readonly Phrase[], index: number): boolean {
  const phrase = phrases[index]
  const next = phrases[index + 1]
  const previous = phrases[index - 1]
  if (phrase !== undefined && previous !== undefined) {
    const second = phrases[index - 2]
    const direct = phrase.from - previous.to <= 2 && (previous.means & MEANS.accessory) !== 0
    const behindFor =
      previous.to === phrase.from - 1 &&
      (previous.means & MEANS.for) !== 0 &&
      second !== undefined &&
      (second.means & (MEANS.accessory | MEANS.part)) !== 0
    if ((direct || behindFor) && !breaksBetween(tokens, previous.to, phrase.from)) return true
  }
  if (phrase === undefined || next === undefined || next.from !== phrase.to + 1) return false
  const gap = tokens[next.from]?.gap ?? 0
  return (
    (gap & ~(GAP.space | GAP.hyphen)) === 0 &&
    (next.means & (MEANS.accessory | MEANS.service | MEANS.part | MEANS.video | MEANS.licence)) !== 0 &&
    (next.means & MEANS.with) === 0
  )
}

function isCompoundNoun(_tokens: readonly Token[], phrases: readonly Phrase[], from: number): boolean {
  return phrases.some(({ means, to }) => (means & MEANS.card) !== 0 && to === from - 1)
}

/** What part every phrase plays in the title. */
function rolesOf(tokens: readonly Token[], phrases: readonly Phrase[], mention: Mention | undefined): Role[] {
  const roles: Role[] = []
  let mode: Role = 'head'
  let modeAt = -10
  let cardSeen = false
  phrases.forEach((phrase, index) => {
    const { means, from, to } = phrase
    const gap = tokens[from]?.gap ?? 0
    if (mention !== undefined && mention.to < from) cardSeen = true
    if (mode !== 'head' && (breaksBetween(tokens, modeAt, from) || from - modeAt > 6)) mode = 'head'
    let role: Role = mode
    if (cardSeen && (gap & GAP.plus) !== 0 && (means & NOUNS) !== 0) {
      mode = 'extra'
      modeAt = to
      role = 'extra'
    }
    if ((means & ROLE_WORDS) !== 0 && !(means & NOUNS && index === 0)) {
      const found = modeFor(means, cardSeen)
      if (found !== undefined) {
        mode = found
        modeAt = to
        if ((means & NOUNS) === 0) role = 'context'
      }
    }
    if ((means & NOUNS) !== 0) {
      const next = phrases[index + 1]
      const second = phrases[index + 2]
      if (next !== undefined && next.from - to <= 2 && !breaksBetween(tokens, to, next.from)) {
        const denied =
          (next.means & (MEANS.not | MEANS.without)) !== 0 && second !== undefined && (second.means & MEANS.included) !== 0
        if (denied) role = 'absent'
        else if ((next.means & MEANS.included) !== 0 && (next.means & MEANS.new) === 0 && (cardSeen || mention === undefined))
          role = 'extra'
        else if ((next.means & MEANS.only) !== 0) role = 'only'
        else if (
          (means & (MEANS.accessory | MEANS.part | MEANS.merchandise)) !== 0 &&
          !cardSeen &&
          (next.means & MEANS.for) !== 0 &&
          role === 'head'
        )
          role = 'fits'
      }
      const previous = phrases[index - 1]
      if (
        previous !== undefined &&
        previous.to === from - 1 &&
        (previous.means & MEANS.included) !== 0 &&
        cardSeen &&
        (means & MEANS.accessory) !== 0
      )
        role = 'extra'
      if (
        previous !== undefined &&
        previous.to === from - 1 &&
        (previous.means & MEANS.only) !== 0 &&
        (means & (MEANS.accessory | MEANS.part)) !== 0 &&
        !cardSeen
      )
        role = 'only'
      if ((gap & GAP.open) !== 0 && cardSeen && (means & (MEANS.computer | MEANS.host | MEANS.cpu)) !== 0) role = 'use'
      if ((means & MEANS.part) !== 0 && isOnly(tokens[to]?.text ?? '')) role = 'only'
      if ((means & DECISIVE) !== 0) role = 'head'
      if ((means & MEANS.computer) !== 0 && next !== undefined && next.from === to + 1 && (next.means & MEANS.card) !== 0)
        role = 'use'
      if (
        next !== undefined &&
        next.from === to + 1 &&
        /^(missing|fehlt|manca|manquant|falta)$/.test(tokens[next.from]?.text ?? '')
      )
        role = 'absent'
    }
    roles.push(role)
  })
  return roles
}

function modeFor(means: number, cardSeen: boolean): Role | undefined {
  if ((means & MEANS.from) !== 0 && cardSeen) return 'from'
  if ((means & MEANS.for) !== 0) return cardSeen ? 'use' : 'head'
  if ((means & (MEANS.without | MEANS.not)) !== 0) return 'absent'
  if ((means & MEANS.with) !== 0 && cardSeen) return 'extra'
  return undefined
}

const isOnly = (text: string) => text === 'only'
const isWithWord = (text: string) => /^(with|w|mit|avec|con|met|med|с|com|z)$/.test(text)

function hasBreak(tokens: readonly Token[], from: number, to: number): boolean {
  return breaksBetween(tokens, from, to)
}

function breaksBetween(tokens: readonly Token[], from: number, to: number): boolean {
  for (let at = Math.max(0, from + 1); at <= to; at++) {
    const gap = tokens[at]?.gap ?? 0
    // a hyphen between spaces is a dash
    if ((gap & (GAP.comma | GAP.open | GAP.close)) !== 0 || gap === (GAP.hyphen | GAP.space)) return true
  }
  return false
}

const LEAST_GPU = 1.5

/** The kind with the most evidence, and by how much it leads. */
export function decide(signs: readonly Sign[], tokens: readonly Token[]): { kind: MatchKind; margin: number } {
  const scores = new Map<MatchKind, number>()
  for (const { kind, weight } of signs) scores.set(kind, (scores.get(kind) ?? 0) + weight)
  let gpu = scores.get('gpu') ?? 0
  if (!tokens.some(({ brand }) => brand !== 0)) gpu -= 0.3
  let kind: MatchKind = 'other'
  let most = LEAST_GPU
  let against = 0
  for (const [other, score] of scores) if (other !== 'gpu') against += score
  for (const [other, score] of scores) {
    // signs for different things that are no card strengthen each other
    const joined = score + (against - score) / 2
    if (other !== 'gpu' && joined > most) {
      kind = other
      most = joined
    }
  }
  if (gpu > most) return { kind: 'gpu', margin: gpu - most }
  if (kind === 'other' || gpu === 0) {
    let best = 0
    for (const [other, score] of scores) if (other !== 'gpu' && score > best) [kind, best] = [other, score]
  }
  return { kind, margin: most - gpu }
}
