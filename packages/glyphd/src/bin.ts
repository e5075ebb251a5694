import { Command, InvalidArgumentError, Option } from 'commander'
import { addressFault, CommandFailure, OutputClosed, processTerminal, type Terminal } from 'glyphsieve/terminal'
import type { ImportsFormat } from './commands/imports.ts'
import { SettingError, Unreached } from './failure.ts'
import { Problem } from './problem.ts'
import { VERSION } from './version.ts'

const EXIT = { failed: 1, usage: 2, unreached: 3, killed: 130 } as const

const IMPORTS_FORMATS: readonly ImportsFormat[] = ['table', 'ndjson']

const killed = () => process.exit(EXIT.killed)

/** `serve` has its settings where it is asked for: what knows them takes longer to load than the other commands take to run. */
async function serveCommand(isAskedFor: boolean): Promise<Command> {
  const command = new Command('serve').description('Run the daemon.')
  if (!isAskedFor) return command
  const { readSettings, SETTINGS } = await import('./config.ts')
  const options = SETTINGS.map(({ member, flag, variable, takes, description, standard }) => {
    const option = new Option(`${flag}${takes}`, `${description}${standard} [${variable}]`)
    command.addOption(option)
    return { member, attribute: option.attributeName() }
  })
  return command.action(async (given: Record<string, unknown>) => {
    const flags = options.map(({ member, attribute }) => [member, given[attribute]])
    const settings = readSettings(Object.fromEntries(flags), process.env)
    const { serve } = await import('./commands/serve.ts')
    await serve(settings, killed)
  })
}

const urlOption = () => new Option('--url <url>', 'address of the daemon').env('GLYPHD_URL').default('http://127.0.0.1:8080')

interface ImportFlags {
  url: string
  lenient?: boolean
  dryRun?: boolean
  key?: string
}

function importCommand(): Command {
  return new Command('import')
    .description('Send a file of scored listings to the daemon, which stores all of them or none.')
    .argument('<file>', 'JSON array, NDJSON or CSV, as it is or in gzip; - is stdin')
    .addOption(urlOption())
    .option('--lenient', 'store the valid listings of a file that has others, too')
    .option('--dry-run', 'store nothing, and tell what would be new')
    .addOption(
      new Option('--key <key>', 'name of this import, under which it is stored once (default: SHA-256 of the file)').argParser(
        (text) => {
          if (!/^[!-~](?:[ -~]{0,253}[!-~])?$/.test(text)) {
            throw new InvalidArgumentError('It must have 1 to 255 printable ASCII characters, with no space at its ends.')
          }
          return text
        },
      ),
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
`,
    )
    .action(async (file: string, { lenient = false, dryRun = false, key }: ImportFlags, command: Command) => {
      await askDaemon(command, async (address, terminal) => {
        const { importFile } = await import('./commands/import.ts')
        await importFile(file, { address, lenient, dry_run: dryRun, key }, terminal)
      })
    })
}

interface ImportsFlags {
  url: string
  limit: number
  undone?: boolean
  format: ImportsFormat
}

function importsCommand(): Command {
  return new Command('imports')
    .description('List the last imports, newest first.')
    .addOption(urlOption())
    .addOption(
      new Option('--limit <count>', 'how many, at most')
        .argParser((text) => {
          if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1.')
          return Number(text)
        })
        .default(20),
    )
    .option('--undone', 'list those that were undone, too')
    .addOption(new Option('--format <format>', 'how to print them').choices(IMPORTS_FORMATS).default('table'))
    .action(async ({ limit, undone = false, format }: ImportsFlags, command: Command) => {
      await askDaemon(command, async (address, terminal) => {
        const { printImports } = await import('./commands/imports.ts')
        await printImports({ address, limit, undone, format }, terminal)
      })
    })
}

function undoCommand(): Command {
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
        const { undoImport } = await import('./commands/undo.ts')
        await undoImport(id, address, terminal)
      })
    })
}

/** Runs a command that asks the daemon of its `--url`, and that Ctrl-C interrupts. */
async function askDaemon(command: Command, ask: (address: string, terminal: Terminal) => Promise<void>): Promise<void> {
  if (Object.keys(process.env).some((name) => name.startsWith('GLYPHD_') && name !== 'GLYPHD_URL')) {
    const { refuseUnknownVariables } = await import('./config.ts')
    refuseUnknownVariables(process.env)
  }
  const { url } = command.opts<{ url: string }>()
  const fault = addressFault(url)
  if (fault !== undefined) {
    const source = command.getOptionValueSource('url') === 'env' ? 'GLYPHD_URL' : '--url'
    throw new SettingError(`${source} cannot be used. ${fault}`) // not shown: it may hold a password
  }
  const terminal = processTerminal(process.env, killed)
  try {
    await ask(url.replace(/\/+$/, ''), terminal)
  } catch (error) {
    const { aborted } = terminal.signal
    fail(aborted && !(error instanceof CommandFailure) ? new CommandFailure('interrupted') : error)
    if (aborted) process.exitCode = EXIT.killed
  }
}

/** Says why in words and sets the exit status; only a bug shows where it is. */
function fail(error: unknown): void {
  if (error instanceof OutputClosed) return
  const expected =
    error instanceof SettingError || error instanceof CommandFailure || error instanceof Problem || error instanceof Unreached
  console.error(expected ? `glyphd: ${error.message}` : error)
  if (error instanceof SettingError) process.exitCode = EXIT.usage
  else process.exitCode = error instanceof Unreached ? EXIT.unreached : EXIT.failed
}

const program = new Command('glyphd')
  .description('Imports scored GPU listings over HTTP and answers questions about them.')
  .version(VERSION)
  .addCommand(await serveCommand(process.argv.includes('serve')))
  .addCommand(importCommand())
  .addCommand(importsCommand())
  .addCommand(undoCommand())
  .showHelpAfterError('(glyphd --help lists the commands, glyphd COMMAND --help the options)')
  .configureHelp({ showGlobalOptions: true })
for (const command of [program, ...program.commands]) {
  if (command !== program) command.showHelpAfterError(`(glyphd ${command.name()} --help lists the options)`)
  command.exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : EXIT.usage))
}
program.parseAsync().catch(fail)
