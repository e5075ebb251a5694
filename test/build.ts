import { execSync } from 'node:child_process'
import type { TestProject } from 'vitest/node'

/** Builds the packages before the first test of whichever project comes first; a build that fails ends the run. */
export default function build({ config, vitest }: TestProject): void {
  if (vitest.getRootProject().getProvidedContext().built) return
  execSync('npm run --silent build', { cwd: config.root, stdio: 'inherit' })
  vitest.provide('built', true)
}

declare module 'vitest' {
  interface ProvidedContext {
    /** Whether the packages were built in this run. */
    built?: boolean
    /** How often the daemon is killed in the test of durability. */
    kills: number
    /** How many primaries die under imports. */
    failovers: number
    /** How many bodies are sent in a round that may be wrong. */
    fuzz_bodies: number
    /** How many such rounds there are. */
    fuzz_rounds: number
    /** Which share of the histories of imports, questions and undos that are drawn is run. */
    drawn_share: number
    /** How many hours the operator's script is run for. */
    simulated_hours: number
  }
}
