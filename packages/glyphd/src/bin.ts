import { Command, Option } from 'commander'
import { readSettings, SETTINGS, SettingError, type Settings } from './config.ts'
import { isLoopback } from './http/guards.ts'
import { createServer } from './http/server.ts'
import { Problem } from './problem.ts'
import { getStorageEngine } from './store/open.ts'
import { VERSION } from './version.ts'

const EXIT = { failed: 1, usage: 2, killed: 130 } as const

/** Why a command ended without doing what it was asked, in words for whoever typed it. */
class CommandFailure extends Error {
  override readonly name = 'CommandFailure'
}

/** Runs the daemon until a signal asks it to stop; then what is under way finishes. */
async function serve(settings: Settings): Promise<void> {
  const { db, host, port, allowed_host, insecure, log_level, ...limits } = settings
  if (!isLoopback(host) && !insecure) {
    throw new SettingError(`Others can reach ${host}, and nothing checks who they are: add --insecure if you mean it`)
  }
  const store = await getStorageEngine({ db, limits })
  const app = await createServer({
    store,
    limits,
    allowedHosts: [...allowed_host, host, `[${host}]`],
    logger: { level: log_level, stream: process.stderr },
  })
  app.addHook('onClose', () => store.close())
  app.log.info({ db, version: VERSION }, 'store opened')
  try {
    await app.listen({ host, port })
  } catch (error) {
    await app.close()
    throw listenFailure(error, host, port)
  }

  let stopping = false
  const stop = (signal: string) => {
    if (stopping) process.exit(EXIT.killed) // asked twice: at once, which the store survives
    stopping = true
    app.log.info({ signal }, 'shutting down')
    app.close().catch(fail)
  }
  process.on('SIGINT', stop).on('SIGTERM', stop)
  console.log(app.listeningOrigin)
}

function listenFailure(error: unknown, host: string, port: number): unknown {
  switch (error instanceof Error && 'code' in error && error.code) {
    case 'EADDRINUSE':
      return new CommandFailure(
        `Port ${port} of ${host} is in use: stop what uses it, or choose another with --port (0 picks a free one)`,
      )
    case 'EACCES':
      return new CommandFailure(`Port ${port} needs more rights than this user has: choose one above 1023 with --port`)
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new CommandFailure(`${host} is no address of this machine: choose another with --host`)
    default:
      return error
  }
}

function serveCommand(): Command {
  const command = new Command('serve').description('Run the daemon.')
  const options = SETTINGS.map(({ member, flag, variable, takes, description, standard }) => {
    const option = new Option(`${flag}${takes}`, `${description}${standard} [${variable}]`)
    command.addOption(option)
    return { member, attribute: option.attributeName() }
  })
  return command.action(async (given: Record<string, unknown>) => {
    const flags = options.map(({ member, attribute }) => [member, given[attribute]])
    await serve(readSettings(Object.fromEntries(flags), process.env))
  })
}

/** Says why in one line and sets the exit status; only a bug shows where it is. */
function fail(error: unknown): void {
  const expected = error instanceof SettingError || error instanceof CommandFailure || error instanceof Problem
  console.error(expected ? `glyphd: ${error.message}` : error)
  process.exitCode = error instanceof SettingError ? EXIT.usage : EXIT.failed
}

const program = new Command('glyphd')
  .description('Imports scored GPU listings over HTTP and answers questions about them.')
  .version(VERSION)
  .addCommand(serveCommand())
  .showHelpAfterError('(glyphd --help lists the commands, glyphd serve --help the settings)')
  .configureHelp({ showGlobalOptions: true })
for (const command of [program, ...program.commands]) {
  command.exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : EXIT.usage))
}
program.parseAsync().catch(fail)
