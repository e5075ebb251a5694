import { Command, Option } from 'commander'
import { addressFault, CommandFailure, OutputClosed, processTerminal } from 'glyphsieve/terminal'
import { ListingsRefused, SettingError, StoresDiffer, Unreached } from './failure.ts'
import { Problem } from './problem.ts'
import { copyCommand } from './program/copy-command.ts'
import { importCommand, importsCommand, undoCommand } from './program/import-commands.ts'
import { exportCommand, fitCommand, reportCommand, worthCommand } from './program/market-commands.ts'
import type { AskDaemon, UseTerminal } from './program/options.ts'
import { VERSION } from './version.ts'

const EXIT = { failed: 1, usage: 2, unreached: 3, refused: 4, killed: 130 } as const

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

/** Runs a command that asks the daemon of its `--url`, and that Ctrl-C interrupts. */
const askDaemon: AskDaemon = async (command, ask) => {
  const { url } = command.opts<{ url: string }>()
  const fault = addressFault(url)
  if (fault !== undefined) {
    const source = command.getOptionValueSource('url') === 'env' ? 'GLYPHD_URL' : '--url'
    throw new SettingError(`${source} cannot be used. ${fault}`) // not shown: it may hold a password
  }
  await useTerminal((terminal) => ask(url.replace(/\/+$/, ''), terminal))
}

/** Runs a command that Ctrl-C interrupts. */
const useTerminal: UseTerminal = async (work) => {
  if (Object.keys(process.env).some((name) => name.startsWith('GLYPHD_') && name !== 'GLYPHD_URL')) {
    const { refuseUnknownVariables } = await import('./config.ts')
    refuseUnknownVariables(process.env)
  }
  const terminal = processTerminal(process.env, killed)
  try {
    await work(terminal)
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
    error instanceof SettingError ||
    error instanceof CommandFailure ||
    error instanceof Problem ||
    error instanceof Unreached ||
    error instanceof ListingsRefused ||
    error instanceof StoresDiffer
  console.error(expected ? `glyphd: ${error.message}` : error)
  if (error instanceof SettingError) process.exitCode = EXIT.usage
  else if (error instanceof Unreached) process.exitCode = EXIT.unreached
  else process.exitCode = error instanceof ListingsRefused || error instanceof StoresDiffer ? EXIT.refused : EXIT.failed
}

const program = new Command('glyphd')
  .description('Imports scored GPU listings over HTTP and answers questions about them.')
  .version(VERSION)
  .addCommand(await serveCommand(process.argv.includes('serve')))
  .addCommand(importCommand(askDaemon))
  .addCommand(importsCommand(askDaemon))
  .addCommand(undoCommand(askDaemon))
  .addCommand(await exportCommand(askDaemon, process.argv.includes('export')))
  .addCommand(fitCommand(askDaemon))
  .addCommand(worthCommand(askDaemon))
  .addCommand(reportCommand(askDaemon))
  .addCommand(copyCommand(useTerminal))
  .showHelpAfterError('(glyphd --help lists the commands, glyphd COMMAND --help the options)')
  .configureHelp({ showGlobalOptions: true })
for (const command of [program, ...program.commands]) {
  if (command !== program) command.showHelpAfterError(`(glyphd ${command.name()} --help lists the options)`)
  command.exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : EXIT.usage))
}
program.parseAsync().catch(fail)
