/** The stages that can reject a raw listing, in their order. */
export const STAGES = ['read', 'clean', 'match', 'score'] as const
export type Stage = (typeof STAGES)[number]

/** Why a raw listing is not carried on. */
export interface Rejection {
  stage: Stage
  /** Short and stable, to count by: `quote`, `accessory`, `missing_rate`. */
  code: string
  /** The same for a person. Quotes nothing of the listing. */
  reason: string
}
