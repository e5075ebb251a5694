import { type SimulationOptions, simulateListings } from '../simulate.ts'
import { CommandFailure, type Terminal, writeData } from './io.ts'

const LINES_AT_A_TIME = 500

/** Writes invented listings as NDJSON. */
export async function simulate(options: SimulationOptions, terminal: Terminal): Promise<void> {
  let lines: string[] = []
  try {
    for (const listing of simulateListings(options)) {
      lines.push(`${JSON.stringify(listing)}\n`)
      if (lines.length < LINES_AT_A_TIME) continue
      await writeData(terminal, lines.join(''))
      // A write may be done at once; a signal is only heard between two turns of the event loop.
      await new Promise((resolve) => setImmediate(resolve))
      lines = []
    }
  } catch (error) {
    if (error instanceof RangeError) throw new CommandFailure(error.message)
    throw error
  }
  await writeData(terminal, lines.join(''))
}
