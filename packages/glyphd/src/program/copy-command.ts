import { Command } from 'commander'
import type { UseTerminal } from './options.ts'

export function copyCommand(useTerminal: UseTerminal): Command {
  return new Command('copy')
    .description('Copy a store into another one, between SQLite and PostgreSQL in either direction, and verify it.')
    .requiredOption('--from <store>', 'path of a SQLite file, or postgres://USER@HOST/DATABASE; nothing is changed in it')
    .requiredOption('--to <store>', 'the same; made if it is not there')
    .addHelpText(
      'after',
      `
Every import that the other store does not have is copied as it is, with its id, rejected rows and key, by one transaction, and read back.
What is there already is compared and never changed. Broken off, the same command goes on where it was.

Daemons may use both stores meanwhile. An import that comes before the end is copied, too. To move: copy, stop the daemon of the old store,
copy again, start one on the new store. A password is best given in PGPASSWORD or ~/.pgpass.

Examples:
  $ glyphd copy --from data/gpu.sqlite --to postgres://glyph@db.example.org/gpu
  $ glyphd copy --from postgres://glyph@db.example.org/gpu --to data/gpu.sqlite
`,
    )
    .action(async (stores: { from: string; to: string }) => {
      await useTerminal(async (terminal) => {
        const { copy } = await import('../commands/copy.ts')
        await copy(stores, terminal)
      })
    })
}
