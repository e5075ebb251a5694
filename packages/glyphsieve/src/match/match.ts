import { BRAND } from './brands.ts'
import { type Choice, choose } from './choose.ts'
import { type Certainty, confidenceOf } from './confidence.ts'
import { busesOf, type Memory, memoriesOf, memoryTypeOf } from './facts.ts'
import { decide, MATCH_KINDS, type MatchKind, REASONS } from './kind.ts'
import { wordSet } from './letters.ts'
import { type Lot, lotOf } from './lot.ts'
import type { Name } from './names.ts'
import { editionOf, finalName, formFactor, statedMemory, vramOf } from './naming.ts'
import { phrasesOf } from './phrases.ts'
import { type Sign, signsOf } from './signs.ts'
import { conditionOf, type TitleCondition } from './state.ts'
import { type Token, tokensOf } from './tokens.ts'

export { MATCH_KINDS, type MatchKind }

/** A piece of the title that the decision rests on. */
export interface Evidence {
  text: string
  /** Offsets into the title in UTF-16 code units; `end` is exclusive. */
  start: number
  end: number
  means: string
}

/** What a title sells. */
export interface Match {
  is_gpu: boolean
  kind: MatchKind
  /** Maker of the chip; null if it is no GPU or cannot be known. */
  vendor: 'nvidia' | 'amd' | 'intel' | 'other' | null
  /** Canonical name; null if it is no GPU, or in doubt. */
  model: string | null
  /** GiB a card: as stated, else the only size with which the model was sold, else null. */
  vram_gb: number | null
  lot_size: number
  condition: TitleCondition | null
  /** How likely the answer is right, 0 to 1. */
  confidence: number
  evidence: Evidence[]
  /** Why there is no model, or why this is no GPU. */
  reason: string | null
  warnings: string[]
  memory_type: string | null
  form_factor: string | null
  edition: string | null
}

/** Decides which one graphics card or accelerator a title sells, if any. Never throws, and takes time linear in the title. */
export function matchTitle(title: string): Match {
  return assessTitle(title).match
}

/** The same without its evidence, which takes a tenth of the time. */
export function matchTitleOnly(title: string): Match {
  return assessTitle(title, false).match
}

/** The match, and what its confidence rests on. */
export function assessTitle(title: string, withEvidence = true): { match: Match; certainty: Certainty } {
  const tokens = tokensOf(title)
  const phrases = phrasesOf(tokens)
  const memories = memoriesOf(tokens, phrases)
  const choice = choose(tokens, phrases, memories)
  const { mention, model } = choice
  const stated = statedMemory(memories, model?.sizes ?? [])
  const confirms = stated.some((gib) => model?.sizes.includes(gib) === true)
  const contradicts = stated.length > 0 && model !== undefined && model.sizes.length > 0 && !confirms
  const lot = lotOf(tokens, mention?.from ?? 0, mention?.to ?? -1)
  const signs = signsOf({
    tokens,
    phrases,
    mention,
    cards: choice.cards,
    memories,
    memory_fits: confirms,
    memory_contradicts: contradicts && mention?.strength === 'bare' && !isModified(tokens, stated, model.sizes),
    distinct: model?.is_distinct === true,
    lot: lot !== undefined,
    wanted: choice.wanted,
  })
  const { kind, margin } = decide(signs, tokens)
  const named = kind === 'gpu' ? finalName(tokens, choice, stated, busesOf(tokens, phrases)) : undefined
  const certainty: Certainty = {
    is_gpu: kind === 'gpu',
    margin,
    name: named === undefined ? 'none' : (mention?.strength ?? 'none'),
    memory: confirms ? 'confirms' : contradicts ? 'contradicts' : 'silent',
    rivals: Math.max(0, choice.cards - 1),
  }
  const confidence = confidenceOf(certainty)
  const evidence = withEvidence ? evidenceOf(title, tokens, signs, kind, choice, named?.model, memories, lot) : []
  if (kind !== 'gpu') return { match: noCard(kind, confidence, evidence), certainty }
  const vram = vramOf(stated, named)
  return {
    match: {
      is_gpu: true,
      kind,
      vendor: named?.name.vendor ?? choice.vendor ?? vendorOf(tokens),
      model: named?.model ?? null,
      vram_gb: vram,
      lot_size: lot?.size ?? 1,
      condition: conditionOf(tokens, phrases),
      confidence,
      evidence,
      reason: named === undefined ? (choice.model === undefined ? choice.reason : noForm(choice.model)) : null,
      warnings: named === undefined ? [] : warningsOf(vram, named.name.sizes),
      memory_type: memoryTypeOf(tokens) ?? null,
      form_factor: named === undefined ? null : formFactor(named.bus),
      edition: editionOf(tokens, named?.model),
    },
    certainty,
  }
}

/** Spelt out, because spreading a constant costs more than all else that is done here. */
function noCard(kind: Exclude<MatchKind, 'gpu'>, confidence: number, evidence: Evidence[]): Match {
  return {
    is_gpu: false,
    kind,
    vendor: null,
    model: null,
    vram_gb: null,
    lot_size: 1,
    condition: null,
    confidence,
    evidence,
    reason: REASONS[kind],
    warnings: [],
    memory_type: null,
    form_factor: null,
    edition: null,
  }
}

const noForm = ({ model }: Name) => `the catalog has no laptop form of ${model}`

function warningsOf(vram: number | null, sizes: readonly number[]): string[] {
  if (vram === null || sizes.length === 0 || sizes.includes(vram)) return []
  return [`modified: ${vram} GB stated, sold with ${sizes.map((gib) => `${gib} GB`).join(' or ')}`]
}

const MODIFIED = wordSet('mod modded modified modd upgraded modifiziert modifiee modificata modificada 魔 改 涡')

/** The title says that the memory was changed, or has twice what the card was sold with, as rebuilt cards have. */
const isModified = (tokens: readonly Token[], stated: readonly number[], sizes: readonly number[]) =>
  tokens.some(({ text }) => MODIFIED.has(text)) || stated.some((gib) => sizes.includes(gib / 2))

function vendorOf(tokens: readonly Token[]): Match['vendor'] {
  const vendors = new Set<'nvidia' | 'amd' | 'intel' | 'other'>()
  for (const { brand } of tokens) {
    if ((brand & (BRAND.nvidia | BRAND.geforce | BRAND.rtx | BRAND.gtx | BRAND.quadro | BRAND.titan)) !== 0)
      vendors.add('nvidia')
    if ((brand & (BRAND.amd | BRAND.radeon | BRAND.rx | BRAND.instinct | BRAND.firepro)) !== 0) vendors.add('amd')
    if ((brand & (BRAND.arc | BRAND.intel)) !== 0) vendors.add('intel')
    if ((brand & BRAND.matrox) !== 0) vendors.add('other')
  }
  return vendors.size === 1 ? ([...vendors][0] ?? null) : null
}

function evidenceOf(
  title: string,
  tokens: readonly Token[],
  signs: readonly Sign[],
  kind: MatchKind,
  choice: Choice,
  model: string | undefined,
  memories: readonly Memory[],
  lot: Lot | undefined,
): Evidence[] {
  const evidence: Evidence[] = []
  const add = (from: number, to: number, means: string) => {
    const start = tokens[from]?.start
    const end = tokens[to]?.end
    if (start !== undefined && end !== undefined) evidence.push({ text: title.slice(start, end), start, end, means })
  }
  const name = model ?? choice.model?.model
  if (choice.mention !== undefined) {
    add(choice.mention.from, choice.mention.to, name === undefined ? 'names a card' : `names ${name}`)
  }
  for (const memory of memories)
    if (!memory.system)
      add(
        memory.from,
        memory.to,
        memory.denied ? 'a memory size that is not sold' : `${memory.gib * memory.times} GB of memory`,
      )
  if (lot !== undefined) add(lot.from, lot.to, `a lot of ${lot.size}`)
  for (const sign of signs)
    if (sign.kind === kind && sign.means !== 'names a card' && sign.means !== 'memory size of that card')
      add(sign.from, sign.to, sign.means)
  return evidence
}
