/** One thing to measure: does its work once and returns how many rows or requests it did in how many milliseconds. */
export interface Case {
  name: string
  run: () => Promise<Sample> | Sample
}

export interface Sample {
  rows: number
  milliseconds: number
}

/** Rows per second of every round of every case, by its name. Cases take turns, so that a noisy minute hits all of them alike. */
export async function interleave(cases: readonly Case[], rounds: number): Promise<Map<string, number[]>> {
  const rates = new Map<string, number[]>(cases.map(({ name }) => [name, []]))
  for (let round = 0; round <= rounds; round++) {
    for (const { name, run } of cases) {
      globalThis.gc?.()
      const { rows, milliseconds } = await run()
      if (round > 0) rates.get(name)?.push((rows / milliseconds) * 1000) // the first round warms up
    }
    if (process.stderr.isTTY) process.stderr.write(`\rround ${round} of ${rounds}${round === rounds ? '\n' : ''}`)
  }
  return rates
}

export async function timed(rows: number, work: () => unknown): Promise<Sample> {
  const started = performance.now()
  await work()
  return { rows, milliseconds: performance.now() - started }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2
}

/** Median over the rounds of the ratio within a round. */
export function medianRatio(rates: readonly number[], ceilings: readonly number[]): number {
  return median(rates.map((rate, round) => rate / (ceilings[round] ?? Number.NaN)))
}

/** The least of the values that at least this share of them do not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}
