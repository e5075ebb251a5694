import { CommandFailure, progressBar, say, type Terminal, visible } from 'glyphsieve/terminal'
import { SettingError, StoresDiffer } from '../failure.ts'
import { Problem } from '../problem.ts'
import { copyStore, type Tally } from '../store/copy.ts'
import type { CopySource, CopyTarget } from '../store/copy-store.ts'
import { openCopySource, openCopyTarget } from '../store/open-copy.ts'
import { isPostgresUrl } from '../store/postgres/connection-string.ts'
import { grouped, listings } from './result.ts'

const SHOWN_DIFFERENCES = 20

/** Two stores, each the path of a SQLite file or the URL of a PostgreSQL database. */
export interface CopyCommand {
  from: string
  to: string
}

/**
 * Copies a store into another one, and says on stderr what was copied and what both have.
 *
 * @throws StoresDiffer if an import is not the same in both.
 */
export async function copy({ from, to }: CopyCommand, terminal: Terminal): Promise<void> {
  for (const [option, db] of Object.entries({ '--from': from, '--to': to })) {
    if (isPostgresUrl(db) || !/^[a-z][a-z0-9+.-]+:\/\//i.test(db)) continue
    throw new SettingError(`${option} must be the path of a SQLite file, or a URL that begins with postgres://`)
  }
  const source = await openCopySource(from)
  try {
    const target = await openCopyTarget(to)
    try {
      if (source.identity === target.identity) throw new SettingError('--from and --to are the same store')
      await copyOpened(source, target, terminal)
    } finally {
      await target.close()
    }
  } finally {
    await source.close()
  }
}

async function copyOpened(source: CopySource, target: CopyTarget, terminal: Terminal): Promise<void> {
  const progress = progressBar(terminal, (await source.size()).listings, listingsOf)
  let shown = 0
  const watch = {
    signal: terminal.signal,
    onListings: (count: number) => progress.advance(count),
    onDifference(words: string) {
      progress.end()
      if (++shown <= SHOWN_DIFFERENCES) say(terminal, visible(words))
    },
  }
  const result = await copyStore(source, target, watch)
    .finally(() => progress.end())
    .catch((error: unknown) => {
      throw brokenOff(error, terminal)
    })
  const { copied, differences, others } = result
  say(
    terminal,
    `copied ${imports(copied.imports)} with ${listings(copied.listings)}; ${imports(result.target.imports - copied.imports)} there already`,
  )
  say(terminal, `${visible(source.name)}: ${tallyWords(result.source)}`)
  say(terminal, `${visible(target.name)}: ${tallyWords(result.target)}`)
  if (others > 0)
    say(terminal, `${visible(target.name)} has ${imports(others)} more, of which ${visible(source.name)} does not know`)
  if (differences === 0) return say(terminal, 'verified: the same in both')
  const more = differences > SHOWN_DIFFERENCES ? `, of which the first ${SHOWN_DIFFERENCES} are named above` : ''
  throw new StoresDiffer(`${imports(differences)} ${differences === 1 ? 'is' : 'are'} not the same in both stores${more}`)
}

/** Why the copy ended before its end. */
function brokenOff(error: unknown, { signal }: Terminal): unknown {
  const goesOn = 'What was copied until then is whole: the same command goes on from there'
  if (signal.aborted) return new CommandFailure(`interrupted. ${goesOn}`)
  if (error instanceof Problem) return new CommandFailure(`${visible(error.message)}. ${goesOn}`, { cause: error })
  return error
}

function listingsOf(done: number, total: number | undefined): string {
  return total === undefined || total === 0 ? `${listings(done)} read` : `${grouped(done)} of ${listings(total)}`
}

function tallyWords({ undone, checksum, ...tally }: Tally): string {
  const parts = [
    imports(tally.imports) + (undone > 0 ? ` (${grouped(undone)} undone)` : ''),
    listings(tally.listings),
    `${grouped(tally.rejected_rows)} rejected ${tally.rejected_rows === 1 ? 'row' : 'rows'}`,
    `${grouped(tally.keys)} ${tally.keys === 1 ? 'key' : 'keys'}`,
    `checksum ${checksum.toString(16).padStart(64, '0')}`,
  ]
  return parts.join(', ')
}

function imports(count: number): string {
  return `${grouped(count)} ${count === 1 ? 'import' : 'imports'}`
}
