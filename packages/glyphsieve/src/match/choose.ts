import { BRAND, VENDOR_BRANDS } from './brands.ts'
import type { Memory } from './facts.ts'
import { wordSet } from './letters.ts'
import { MEANS } from './lexicon.ts'
import { type Mention, mentionsOf } from './mentions.ts'
import { type Name, nameIndex } from './names.ts'
import { partNumberOf } from './part-numbers.ts'
import type { Phrase } from './phrases.ts'
import { itemAt, textAt } from './places.ts'
import { GAP, hasGap, type Token } from './tokens.ts'

/** Which of the cards that a title names is the one for sale. */
export interface Choice {
  mention: Mention | undefined
  model: Name | undefined
  /** Maker of the chips where there is no model; null if the title names several makers. */
  vendor: Name['vendor'] | null | undefined
  /** How many different products the title names. */
  cards: number
  /** It is what a swap offer asks for. */
  wanted: boolean
  /** Why there is no model; empty if there is one. */
  reason: string
}

/** Finds the one card for sale among all that a title names. */
export function choose(tokens: readonly Token[], phrases: readonly Phrase[], memories: readonly Memory[]): Choice {
  const mentions = mentionsOf(tokens)
  const wanted = wantedSection(tokens)
  const isWanted = ({ from }: Mention) => wanted !== undefined && from > wanted.from && from <= wanted.to
  const [only] = mentions
  if (mentions.length === 1 && only !== undefined) return choiceOf(only, resolve(tokens, only, memories), isWanted(only))
  const resolved = mentions.map((mention) => ({
    mention,
    model: resolve(tokens, mention, memories),
    context: isWanted(mention) || isContext(tokens, phrases, mentions, mention),
  }))
  const sizes = new Set(resolved.map(({ mention, model }) => model?.model ?? `${mention.at}`))
  const cards = sizes.size
  const part = partNumberOf(tokens)
  const strongest = (list: typeof resolved) => {
    const series = list.filter(({ mention }) => mention.strength === 'series')
    const form = list.filter(({ mention }) => mention.strength === 'form')
    return series.length > 0 ? series : form.length > 0 ? form : list
  }
  const sold = strongest(resolved.filter(({ context }) => !context))
  const candidates = sold.length > 0 ? sold : strongest(resolved)
  const [first] = candidates
  if (first === undefined) {
    if (part !== undefined) {
      const model = nameIndex().byModel.get(part.model)
      const mention: Mention = {
        names: model === undefined ? [] : [model],
        from: part.from,
        to: part.to,
        at: part.from,
        strength: 'form',
        brands: BRAND.nvidia,
      }
      return { mention, model, vendor: 'nvidia', cards: 1, wanted: false, reason: '' }
    }
    return {
      mention: undefined,
      model: undefined,
      vendor: undefined,
      cards: 0,
      wanted: false,
      reason: 'the title names no model',
    }
  }
  const named = candidates.filter(({ model }) => model !== undefined)
  const models = new Set(named.map(({ model }) => model?.model))
  const vendors = new Set(
    candidates.flatMap(({ mention, model }) =>
      model !== undefined ? [model.vendor] : mention.names.map(({ vendor }) => vendor),
    ),
  )
  const vendor = vendors.size === 1 ? [...vendors][0] : undefined
  if (models.size > 1) {
    return {
      mention: first.mention,
      model: undefined,
      vendor: vendor ?? null,
      cards,
      wanted: false,
      reason: 'the title names several models',
    }
  }
  const best = named[0] ?? first
  const others = resolved.filter(
    ({ mention, model, context }) =>
      !context && model !== undefined && model !== best.model && isListedWith(tokens, mention, best.mention),
  )
  if (best.model !== undefined && others.length > 0) {
    return {
      mention: best.mention,
      model: undefined,
      vendor: others.every(({ model }) => model?.vendor === best.model?.vendor) ? vendor : null,
      cards,
      wanted: isWanted(best.mention),
      reason: 'the title names several models',
    }
  }
  if (best.model === undefined) {
    const reason = openName(best.mention)
    return { mention: best.mention, model: undefined, vendor, cards, wanted: isWanted(best.mention), reason }
  }
  if (
    candidates.some(
      ({ mention, model }) =>
        model === undefined &&
        mention.at !== best.mention.at &&
        mention.names.length === 0 &&
        mention.strength === 'series' &&
        tokens[mention.at]?.text !== tokens[best.mention.at]?.text,
    )
  ) {
    return {
      mention: best.mention,
      model: undefined,
      vendor,
      cards,
      wanted: isWanted(best.mention),
      reason: 'the title names several models',
    }
  }
  return { mention: best.mention, model: best.model, vendor, cards, wanted: isWanted(best.mention), reason: '' }
}

/** The choice where a title names one card. */
function choiceOf(mention: Mention, model: Name | undefined, wanted: boolean): Choice {
  if (model !== undefined) return { mention, model, vendor: model.vendor, cards: 1, wanted, reason: '' }
  const [first] = mention.names
  const isOneVendor = mention.names.every(({ vendor }) => vendor === first?.vendor)
  return { mention, model, vendor: isOneVendor ? first?.vendor : undefined, cards: 1, wanted, reason: openName(mention) }
}

function openName({ names }: Mention): string {
  const models = names.slice(0, 4).map(({ model }) => model)
  return names.length > 1 ? `could be ${models.join(' or ')}` : 'the number is no known model'
}

const OR = wordSet('or oder ou o lub или oppure of eller nebo vagy veya tai')

/** Two names of a list: `RTX 3070 / 3070 Ti / 3080`. */
function isListedWith(tokens: readonly Token[], a: Mention, b: Mention): boolean {
  const [first, second] = a.from < b.from ? [a, b] : [b, a]
  const isOr = second.from === first.to + 2 && OR.has(tokens[first.to + 1]?.text ?? '')
  return (
    isOr || second.from === first.to + 1 || (second.from - first.to <= 4 && hasGap(tokens, first.to, second.from, GAP.slash))
  )
}

/** What a swap offer asks for: `[H] what I have [W] what I want`. */
function wantedSection(tokens: readonly Token[]): { from: number; to: number } | undefined {
  let want = -1
  let have = -1
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]
    if (token === undefined || token.text.length !== 1 || (token.gap & GAP.open) === 0) continue
    if (((tokens[at + 1]?.gap ?? GAP.close) & GAP.close) === 0) continue
    if (token.text === 'w') want = at
    else if (token.text === 'h') have = at
  }
  if (want === -1 || have === -1) return undefined
  return { from: want, to: have > want ? have : tokens.length }
}

/** A product that is only mentioned: compared with, denied, upgraded to, fitting. */
function isContext(
  tokens: readonly Token[],
  phrases: readonly Phrase[],
  mentions: readonly Mention[],
  mention: Mention,
): boolean {
  const index = mentions.indexOf(mention)
  const previous = itemAt(mentions, index - 1)
  const token = tokens[mention.from]
  if (token === undefined) return false
  for (const { means, from, to } of phrases) {
    if (to < mention.from && mention.from - to <= 3 && !crossesMention(mentions, to, mention.from)) {
      const broken = hasGap(tokens, to, mention.from, GAP.comma | GAP.close)
      const article = mention.from - to === 2 && /^(the|a|an|die|der|das|le|la|il|el|o)$/.test(tokens[to + 1]?.text ?? '')
      if (!broken && ((means & MEANS.compare) !== 0 || ((means & MEANS.not) !== 0 && (mention.from - to === 1 || article))))
        return true
      if (!broken && mention.from - to === 1 && previous !== undefined && (means & MEANS.for) !== 0) return true
    }
    if (
      from > mention.to &&
      from - mention.to <= 2 &&
      !hasGap(tokens, mention.to, from, GAP.comma | GAP.open) &&
      previous !== undefined
    ) {
      if (
        (means & MEANS.compare) !== 0 &&
        /^(class|killer|level|level|equivalent|级|級|уровня|performance)$/.test(tokens[from]?.text ?? '')
      )
        return true
    }
  }
  if (previous === undefined) {
    const behind = phrases.find(({ from }) => from > mention.to && from - mention.to <= 1)
    return (
      behind !== undefined &&
      (behind.means & MEANS.compare) !== 0 &&
      mentions.length > 1 &&
      /^(class|killer|equivalent|level)$/.test(tokens[behind.from]?.text ?? '')
    )
  }
  const deeper = token.depth > (tokens[previous.from]?.depth ?? 0)
  if (deeper) return true
  // a list goes on with the role of what it began with
  const listed =
    ((tokens[mention.from]?.gap ?? 0) & (GAP.comma | GAP.slash | GAP.plus)) !== 0 && mention.from === previous.to + 1
  return listed && isContext(tokens, phrases, mentions, previous)
}

function crossesMention(mentions: readonly Mention[], from: number, to: number): boolean {
  return mentions.some((mention) => mention.from > from && mention.to < to)
}

/** The one product that a mention names, told from its namesakes by what the title says; undefined in doubt. */
function resolve(tokens: readonly Token[], mention: Mention, memories: readonly Memory[]): Name | undefined {
  const { names } = mention
  const [first] = names
  if (names.length <= 1) {
    const isPro = textAt(tokens, mention.at - 1) === 'pro' && (mention.brands & BRAND.rtx) !== 0
    const stated = isPro ? 'blackwell' : tokens[mention.at + 1]?.text === 'ada' ? 'ada' : first?.generation
    return first?.generation === stated ? first : undefined
  }
  const stated = memories.filter(({ system, denied }) => !system && !denied).map(({ gib }) => gib)
  const texts = new Set(tokens.filter((_, at) => textAt(tokens, at - 1) !== 'not').map(({ text }) => text))
  const spoken = tokens.reduce((all, { brand }) => all | brand, 0)
  let left = [...names]
  const keep = (test: (name: Name) => boolean) => {
    const kept = left.filter(test)
    if (kept.length > 0) left = kept
  }
  keep(({ need, brands }) => need !== 'brand in the title' || (brands & spoken & ~VENDOR_BRANDS & ~BRAND.pro) !== 0)
  if (left.some(({ generation }) => generation !== undefined)) {
    const pro = textAt(tokens, mention.at - 1) === 'pro' || texts.has('blackwell')
    keep(({ sff }) => (sff === true) === texts.has('sff'))
    if (pro) left = left.filter(({ generation }) => generation === 'blackwell')
    else if (texts.has('ada') || texts.has('lovelace')) left = left.filter(({ generation }) => generation === 'ada')
    else if (texts.has('turing')) keep(({ generation }) => generation === 'turing')
    else if ((mention.brands & BRAND.rtx) === 0 && (mention.brands & BRAND.quadro) !== 0 && stated.length === 0)
      keep(({ generation }) => generation === 'fermi')
    else {
      if ((mention.brands & BRAND.rtx) !== 0) keep(({ generation }) => generation !== 'fermi')
      keep(({ sizes }) => stated.some((gib) => sizes.includes(gib)))
      if (left.length > 1) keep(({ generation }) => generation !== 'blackwell')
      if (left.length > 1 && (mention.brands & BRAND.quadro) !== 0) keep(({ generation }) => generation === 'turing')
    }
  } else {
    keep(({ sizes }) => stated.some((gib) => sizes.includes(gib)))
    if (left.length > 1) keep(({ need }) => need !== 'brand beside it')
    if (left.length > 1) keep(({ model }) => model.startsWith('RX_') === ((mention.brands & BRAND.rx) !== 0))
    if (left.length > 1) {
      keep(({ brands }) => (brands & spoken) !== 0)
    }
  }
  const models = new Set(left.map(({ model }) => model))
  return models.size === 1 ? left[0] : undefined
}
