import { BRAND } from './brands.ts'
import { type Choice, choose } from './choose.ts'
import { busesOf, type Memory, memoriesOf, memoryTypeOf } from './facts.ts'
import { decide, MATCH_KINDS, type MatchKind, REASONS } from './kind.ts'
import { type Lot, lotOf } from './lot.ts'
import type { Name } from './names.ts'
import { editionOf, finalName, formFactor, type Named, statedMemory, vramOf } from './naming.ts'
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
  const tokens = tokensOf(title)
  const phrases = phrasesOf(tokens)
  const memories = memoriesOf(tokens, phrases)
  const buses = busesOf(tokens, phrases)
  const choice = choose(tokens, phrases, memories)
  const { mention, model } = choice
  const stated = statedMemory(memories, model?.sizes ?? [])
  const lot = lotOf(tokens, mention?.from ?? 0, mention?.to ?? -1)
  const fits = stated.length === 1 && model !== undefined && model.sizes.includes(stated[0] ?? 0)
  const signs = signsOf({
    tokens,
    phrases,
    mention,
    cards: choice.cards,
    memories,
    memory_fits: fits || stated.some((gib) => model?.sizes.includes(gib) === true),
    memory_contradicts:
      !isModified(tokens) &&
      mention?.strength === 'bare' &&
      model !== undefined &&
      stated.length > 0 &&
      model.sizes.length > 0 &&
      !stated.some((gib) => model.sizes.includes(gib) || model.sizes.includes(gib / 2)),
    distinct: model !== undefined && isDistinct(model),
    lot: lot !== undefined,
    wanted: choice.wanted,
  })
  const { kind, margin } = decide(signs, tokens)
  const condition = conditionOf(tokens, phrases)
  const isGpu = kind === 'gpu'
  const named = isGpu ? finalName(tokens, choice, stated, buses) : undefined
  const confidence = confidenceOf(margin, isGpu ? named : undefined, choice, fits, stated.length > 0)
  const evidence = evidenceOf(title, tokens, signs, kind, choice, isGpu ? memories : [], isGpu ? lot : undefined)
  if (kind !== 'gpu') {
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
  const warnings: string[] = []
  const vram = vramOf(stated, named)
  const sizes = named?.name.sizes ?? []
  if (vram !== null && sizes.length > 0 && !sizes.includes(vram) && named !== undefined) {
    warnings.push(`modified: ${vram} GB stated, sold with ${sizes.map((gib) => `${gib} GB`).join(' or ')}`)
  }
  return {
    is_gpu: true,
    kind,
    vendor: named?.name.vendor ?? choice.vendor ?? vendorOf(tokens),
    model: named?.model ?? null,
    vram_gb: vram,
    lot_size: lot?.size ?? 1,
    condition,
    confidence,
    evidence,
    reason: named === undefined ? choice.reason : null,
    warnings,
    memory_type: memoryTypeOf(tokens) ?? null,
    form_factor: named === undefined ? null : formFactor(named.bus),
    edition: editionOf(tokens, named?.model),
  }
}

/** The title says that the memory was changed. */
const isModified = (tokens: readonly Token[]) =>
  tokens.some(({ text }) => /^(mod|modded|modified|modd|upgraded|modifiziert|modifiee|modificata|modificada|魔|改)$/.test(text))

/** Names that no other product bears. */
function isDistinct({ model }: Name): boolean {
  return /^(A100|A800|H100|H800|H200|V100|V100S|L40S?|A100X|A10G|GV100|H20|B[23]00|GH200|K80|P100|RTX_A\d+|INSTINCT_.*|CMP_.*|P10\d_\d+|RADEON_PRO_W.*|GRID_.*|QUADRO_(GP100|RTX_.*))$/.test(
    model,
  )
}

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

function confidenceOf(margin: number, named: Named | undefined, choice: Choice, fits: boolean, stated: boolean): number {
  const known = named === undefined ? 0 : 1
  const x = 0.6 + 0.55 * margin + 0.6 * known + (fits ? 0.8 : stated ? -0.4 : 0) - 0.3 * Math.max(0, choice.cards - 1)
  return Math.round((1 / (1 + Math.exp(-x))) * 1000) / 1000
}

function evidenceOf(
  title: string,
  tokens: readonly Token[],
  signs: readonly Sign[],
  kind: MatchKind,
  choice: Choice,
  memories: readonly Memory[],
  lot: Lot | undefined,
): Evidence[] {
  const evidence: Evidence[] = []
  const add = (from: number, to: number, means: string) => {
    const start = tokens[from]?.start
    const end = tokens[to]?.end
    if (start !== undefined && end !== undefined) evidence.push({ text: title.slice(start, end), start, end, means })
  }
  if (choice.mention !== undefined)
    add(choice.mention.from, choice.mention.to, choice.model === undefined ? 'names a card' : `names ${choice.model.model}`)
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
