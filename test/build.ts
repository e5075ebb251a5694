import { execFileSync } from 'node:child_process'
import type { TestProject } from 'vitest/node'

/** Builds the packages before the first test; a build that fails ends the run. */
export default function build({ config }: TestProject): void {
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-b', 'packages/glyphd'], {
    cwd: config.root,
    stdio: 'inherit',
  })
}

declare module 'vitest' {
  interface ProvidedContext {
    /** How often the daemon is killed in the test of durability. */
    kills: number
    /** How often 2,560 bodies are sent that may be wrong. */
    fuzz_rounds: number
    /** How many hours the operator's script is run for. */
    simulated_hours: number
  }
}
