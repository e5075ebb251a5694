import { type Rejection, STAGES, type Stage } from './rejection.ts'

/** What became of the rows of a run: `read` is the sum of the other three. */
export interface Summary {
  read: number
  accepted: number
  /** Listings that an accepted one stands for. */
  merged: number
  rejected: number
  /** Rejections by stage and code, with the reason of the first one. */
  reasons: RejectionCount[]
}

export interface RejectionCount {
  stage: Stage
  code: string
  count: number
  reason: string
}

/** Counts rejections; the most frequent code of a stage comes first. */
export class RejectionCounter {
  #counts = new Map<string, RejectionCount>()
  total = 0

  add({ stage, code, reason }: Rejection): void {
    this.total++
    const key = `${stage} ${code}`
    const known = this.#counts.get(key)
    if (known === undefined) this.#counts.set(key, { stage, code, count: 1, reason })
    else known.count++
  }

  counts(): RejectionCount[] {
    return [...this.#counts.values()].sort(
      (a, b) =>
        STAGES.indexOf(a.stage) - STAGES.indexOf(b.stage) ||
        b.count - a.count ||
        (a.code < b.code ? -1 : Number(a.code > b.code)),
    )
  }
}

/** The summary in words, the equation first. */
export function summaryText({ read, accepted, merged, rejected, reasons }: Summary): string {
  const head = `${read} read = ${accepted} accepted + ${merged} merged + ${rejected} rejected`
  const countColumns = Math.max(0, ...reasons.map(({ count }) => `${count}`.length))
  const codeColumns = Math.max(0, ...reasons.map(({ code }) => code.length))
  const lines = reasons.map(
    ({ stage, code, count, reason }) =>
      `  ${stage.padEnd(5)}  ${`${count}`.padStart(countColumns)}  ${code.padEnd(codeColumns)}  ${count > 1 ? 'such as: ' : ''}${reason}`,
  )
  return [head, ...lines].join('\n')
}
