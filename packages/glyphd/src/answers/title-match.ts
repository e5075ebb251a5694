import type { Match } from 'glyphsieve/stages'
import type { TitleMatch } from '../contract/match.ts'

/** The match of a title as it goes over the wire: members that say nothing are left out. */
export function titleMatch(title: string, match: Match): TitleMatch {
  const { is_gpu, kind, vendor, model, vram_gb, lot_size, condition, confidence, evidence, reason, warnings } = match
  return {
    title,
    is_gpu,
    kind,
    ...(vendor !== null && { vendor }),
    ...(model !== null && { model }),
    ...(vram_gb !== null && { vram_gb }),
    lot_size,
    ...(condition !== null && { condition }),
    confidence,
    evidence,
    ...(reason !== null && { reason }),
    ...(warnings.length > 0 && { warnings }),
  }
}
