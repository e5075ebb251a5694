import { Command, InvalidArgumentError, Option } from 'commander'
import type { ImportsFormat } from '../commands/imports.ts'
import { SettingError } from '../failure.ts'
import { type AskDaemon, urlOption, wholeNumber } from './options.ts'

const IMPORTS_FORMATS: readonly ImportsFormat[] = ['table', 'ndjson']

interface ImportFlags {
  url: string
  lenient?: boolean
  dryRun?: boolean
  complete?: boolean
  force?: boolean
  key?: string
}

export function importCommand(askDaemon: AskDaemon): Command {
  return new Command('import')
    .description('Send a file of scored listings to the daemon, which stores all of them or none.')
    .argument('<file>', 'JSON array, NDJSON or CSV, as it is or in gzip; - is stdin')
    .addOption(urlOption())
    .option('--lenient', 'store the valid listings of a file that has others, too')
    .option('--dry-run', 'store nothing, and tell what would be new')
    .addOption(
      new Option('--complete', 'the file is all that its sources offer: their other offers are delisted').conflicts('lenient'),
    )
    .option('--force', 'with --complete: also where most of what a source offered is missing')
    .addOption(
      new Option(
        '--key <key>',
        'name of this import, under which it is stored once (default: SHA-256 of the file, with -complete behind it where the import is)',
      ).argParser((text) => {
        if (!/^[!-~](?:[ -~]{0,253}[!-~])?$/.test(text)) {
          throw new InvalidArgumentError('It must have 1 to 255 printable ASCII characters, with no space at its ends.')
        }
        return text
      }),
    )
    .addHelpText(
      'after',
      `
The format is known by the name of the file, or else by its content. Where the connection is lost, the file is sent again with
the same key, so that it is stored once. To run the same command again is safe for the same reason.

Examples:
  $ glyphd import listings.ndjson
  $ glyphd import --dry-run prices.csv.gz
  $ glyphsieve run offers.csv --currency USD | glyphd import -
  $ glyphsieve run crawl.csv --seen-at 2026-11-01T06:00:00Z | glyphd import --complete -
`,
    )
    .action(async (file: string, flags: ImportFlags, command: Command) => {
      const { lenient = false, dryRun = false, complete = false, force = false, key } = flags
      if (force && !complete) throw new SettingError('--force goes with --complete only')
      await askDaemon(command, async (address, terminal) => {
        const { importFile } = await import('../commands/import.ts')
        await importFile(file, { address, lenient, dry_run: dryRun, complete, force, key }, terminal)
      })
    })
}

interface ImportsFlags {
  url: string
  limit: number
  undone?: boolean
  format: ImportsFormat
}

export function importsCommand(askDaemon: AskDaemon): Command {
  return new Command('imports')
    .description('List the last imports, newest first.')
    .addOption(urlOption())
    .addOption(new Option('--limit <count>', 'how many, at most').argParser(wholeNumber).default(20))
    .option('--undone', 'list those that were undone, too')
    .addOption(new Option('--format <format>', 'how to print them').choices(IMPORTS_FORMATS).default('table'))
    .action(async ({ limit, undone = false, format }: ImportsFlags, command: Command) => {
      await askDaemon(command, async (address, terminal) => {
        const { printImports } = await import('../commands/imports.ts')
        await printImports({ address, limit, undone, format }, terminal)
      })
    })
}

export function undoCommand(askDaemon: AskDaemon): Command {
  return new Command('undo')
    .description('Take an import back: its listings go, and its key is free again.')
    .argument('<id>', 'the import, as import printed it and imports lists it', (text) => {
      if (!/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text)) {
        throw new InvalidArgumentError('It must be the id of an import: glyphd imports lists them.')
      }
      return text
    })
    .addOption(urlOption())
    .action(async (id: string, _flags: { url: string }, command: Command) => {
      await askDaemon(command, async (address, terminal) => {
        const { undoImport } = await import('../commands/undo.ts')
        await undoImport(id, address, terminal)
      })
    })
}
