import { Command, InvalidArgumentError, Option } from 'commander'
import type { CatalogFormat } from './commands/catalog.ts'
import { addressFault } from './commands/daemon.ts'
import { CommandFailure, OutputClosed, processTerminal, readJsonFile } from './commands/io.ts'
import { isCurrency } from './currency.ts'
import type { Rates } from './rates.ts'
import { INPUT_FORMATS, type InputFormat } from './read/raw-listings.ts'
import type { ScoreWeights } from './score-weights.ts'
import { readSeenAt } from './seen-at.ts'
import { visible } from './terminal.ts'
import { VERSION } from './version.ts'

const CATALOG_FORMATS: readonly CatalogFormat[] = ['table', 'ndjson']

const EXIT = { failed: 1, usage: 2, interrupted: 130 } as const

const terminal = processTerminal(process.env, () => process.exit(EXIT.interrupted))

interface RunFlags {
  output?: string
  rejections?: string
  seenAt?: string
  source?: string
  currency?: string
  rates?: string
  weights?: string
  format?: InputFormat
  post?: string
}

const currencyOption = () =>
  new Option('--currency <code>', 'currency (ISO 4217) of prices that name none').argParser((text) => {
    const code = text.toUpperCase()
    if (!isCurrency(code)) throw new InvalidArgumentError('It must be a code of ISO 4217, such as USD.')
    return code
  })
const ratesOption = () => new Option('--rates <file>', 'US dollars for one unit of other currencies, as JSON')
const weightsOption = () => new Option('--weights <file>', 'constants of a score of your own, as JSON')

/** Loads the command in its action, as they all do: help and a wrong option are answered without the tables of the pipeline. */
function runCommand(): Command {
  return new Command('run')
    .description('Take raw listings the whole way: read, clean, match, score. NDJSON on stdout, ready for the import.')
    .argument('<inputs...>', 'files of raw listings: CSV, NDJSON, JSON, a Shopify export, an eBay scrape; - is stdin')
    .option('-o, --output <file>', 'write the listings to this file, which appears when it is complete')
    .option('--rejections <file>', 'write what is not carried on to this file, with the reasons, as NDJSON')
    .addOption(
      new Option('--seen-at <time>', 'when the offers were seen (default: when the file was changed; now for stdin)').argParser(
        (text) => {
          const time = readSeenAt(text)
          if (time === undefined) throw new InvalidArgumentError('It must be a time such as 2026-11-01T10:00:00Z.')
          return time
        },
      ),
    )
    .addOption(
      new Option('--source <name>', 'marketplace or shop of listings that name none').argParser((text) => {
        if (text.trim() === '') throw new InvalidArgumentError('It must not be blank.')
        return text.trim()
      }),
    )
    .addOption(currencyOption())
    .addOption(ratesOption())
    .addOption(weightsOption())
    .addOption(new Option('--format <format>', 'format of the inputs (default: by content)').choices(INPUT_FORMATS))
    .addOption(
      new Option('--post <url>', 'send the listings to the glyphd at this address as one import').argParser((text) => {
        const fault = addressFault(text)
        if (fault !== undefined) throw new InvalidArgumentError(fault)
        return text
      }),
    )
    .addHelpText(
      'after',
      `
Every row comes out once: read = accepted + merged + rejected. The summary is on stderr.

Examples:
  $ glyphsieve run offers.csv --currency USD > listings.ndjson
  $ glyphsieve run shop.json -o listings.ndjson --rejections rejected.ndjson --source shop.example
  $ glyphsieve run offers.csv --rates rates.json --post http://127.0.0.1:8080
  $ cat rates.json
  {"date": "2026-11-20", "source": "ECB", "rates": {"EUR": 1.08, "GBP": 1.27}}
`,
    )
    .action(async (inputs: string[], flags: RunFlags) => {
      const { source, seenAt, rates, weights, output, ...rest } = flags
      const { run } = await import('./commands/run.ts')
      await run(
        inputs,
        {
          ...rest,
          output: output === '-' ? undefined : output,
          listing_source: source,
          seen_at: seenAt,
          rates: await ratesOf(rates),
          weights: await weightsOf(weights),
        },
        terminal,
      )
    })
}

function matchCommand(): Command {
  return new Command('match')
    .description('Tell what titles sell: a title a line in, a JSON object a line out.')
    .argument('[files...]', 'files of titles; - is stdin', ['-'])
    .addHelpText(
      'after',
      `
Members: title, is_gpu, kind, vendor, model, vram_gb, lot_size, condition, confidence, evidence, reason, and warnings if any.

Example:
  $ echo 'MSI GeForce RTX 3090 Gaming X Trio 24GB' | glyphsieve match
`,
    )
    .action(async (files: string[]) => {
      const { matchLines } = await import('./commands/lines.ts')
      await matchLines(files, terminal)
    })
}

function priceCommand(): Command {
  return new Command('price')
    .description('Read printed prices: a JSON object {text, context} a line in, {amount, currency, kind, reason} a line out.')
    .argument('[files...]', 'files of prices; - is stdin', ['-'])
    .addHelpText(
      'after',
      `
Kinds: price, range, auction, quote, free, invalid. context is where it stands (a host, a country), currency a code for texts
that name none; both may be absent.

Example:
  $ echo '{"text": "1.299,00 €", "context": "shop.example.de"}' | glyphsieve price
`,
    )
    .action(async (files: string[]) => {
      const { priceLines } = await import('./commands/lines.ts')
      await priceLines(files, terminal)
    })
}

function scoreCommand(): Command {
  return new Command('score')
    .description('Score listings that have a model already: NDJSON in, NDJSON out, all other members kept.')
    .argument('[files...]', 'files of listings, such as an export; - is stdin', ['-'])
    .addOption(ratesOption())
    .addOption(weightsOption())
    .option('--rejections <file>', 'write what cannot have a score to this file, with the reasons, as NDJSON')
    .addHelpText(
      'after',
      `
A listing needs model and price; currency, shipping, condition, vram_gb and title count where they are there.

Examples:
  $ glyphsieve score listings.ndjson --weights mine.json > rescored.ndjson
  $ cat mine.json
  {"name": "big models", "constants": {"memory_exponent": {"value": 0.9}}}
`,
    )
    .action(async (files: string[], flags: { rates?: string; weights?: string; rejections?: string }) => {
      const { rates, weights, rejections } = flags
      const { scoreListings } = await import('./commands/score.ts')
      await scoreListings(files, { rejections, rates: await ratesOf(rates), weights: await weightsOf(weights) }, terminal)
    })
}

interface ExplainFlags {
  price?: string
  currency?: string
  rates?: string
  weights?: string
}

function explainCommand(): Command {
  return new Command('explain')
    .description('Show how a title becomes a model, the model specs, and specs and price a score.')
    .argument('<title...>', 'the title as printed')
    .option('--price <price>', 'the price as printed, such as 700 or "US $1,299.00"')
    .addOption(currencyOption())
    .addOption(ratesOption())
    .addOption(weightsOption())
    .addHelpText(
      'after',
      `
A price that names no currency is in US dollars.

Examples:
  $ glyphsieve explain 'Lot of 4 NVIDIA Tesla V100 SXM2 32GB' --price '$2,000'
  $ glyphsieve explain 'EVGA RTX 3090 FTW3 water block'
`,
    )
    .action(async (words: string[], { rates, weights, ...flags }: ExplainFlags, command: Command) => {
      const title = words.join(' ')
      if (title.trim() === '') command.error('error: the title must not be blank')
      const { explain } = await import('./commands/explain.ts')
      await explain(title, { ...flags, rates: await ratesOf(rates), weights: await weightsOf(weights) }, terminal)
    })
}

function catalogCommand(): Command {
  return new Command('catalog')
    .description('Print the catalog, a variant a line.')
    .argument('[model]', 'only the variants of this model, by its name or by a title')
    .addOption(new Option('--format <format>', 'how to print it').choices(CATALOG_FORMATS).default('table'))
    .option('--coverage', 'print how much is filled, from which sources, and every fact that is known from memory only')
    .addHelpText(
      'after',
      `
Examples:
  $ glyphsieve catalog RTX_3060
  $ glyphsieve catalog --format ndjson > catalog.ndjson
  $ glyphsieve catalog --coverage
`,
    )
    .action(async (model: string | undefined, flags: { format: CatalogFormat; coverage?: true }, command: Command) => {
      if (flags.coverage && model !== undefined) command.error('error: --coverage is of the whole catalog: leave the model out')
      const { printCatalog, printCoverage } = await import('./commands/catalog.ts')
      if (flags.coverage) await printCoverage(flags.format, terminal)
      else await printCatalog(model, flags.format, terminal)
    })
}

const wholeNumber = (least: number) => (text: string) => {
  if (!/^\d{1,15}$/.test(text) || Number(text) < least)
    throw new InvalidArgumentError(`It must be a whole number from ${least}.`)
  return Number(text)
}

interface SimulateFlags {
  number: number
  seed: number
  days: number
  sellers: number
  start?: string
}

function simulateCommand(): Command {
  return new Command('simulate')
    .description('Invent raw listings of a market over time, labelled with the truth: NDJSON on stdout.')
    .addOption(new Option('-n, --number <count>', 'how many listings').argParser(wholeNumber(1)).default(1000))
    .addOption(new Option('--seed <seed>', 'another seed is another market').argParser(wholeNumber(0)).default(1))
    .addOption(new Option('--days <days>', 'days on which the market is looked at').argParser(wholeNumber(1)).default(30))
    .addOption(new Option('--sellers <sellers>', 'how many sellers there are').argParser(wholeNumber(1)).default(40))
    .option('--start <date>', 'the first day')
    .addHelpText(
      'after',
      `
The same options give the same bytes, everywhere. All of it is made up, the prices too.

Examples:
  $ glyphsieve simulate -n 200 > market.ndjson
  $ glyphsieve simulate -n 100000 --days 90 | glyphsieve run - > listings.ndjson
`,
    )
    .action(async ({ number, ...flags }: SimulateFlags) => {
      const { simulate } = await import('./commands/simulate.ts')
      await simulate({ count: number, ...flags }, terminal)
    })
}

// What checks a file of settings is loaded when there is one: the validator takes longer to load than everything else.
async function ratesOf(file: string | undefined): Promise<Rates | undefined> {
  if (file === undefined) return undefined
  const { InvalidRates, readRates } = await import('./rates.ts')
  return settingsOf(file, readRates, InvalidRates)
}

async function weightsOf(file: string | undefined): Promise<ScoreWeights | undefined> {
  if (file === undefined) return undefined
  const { InvalidWeights, readWeights } = await import('./read-weights.ts')
  return settingsOf(file, readWeights, InvalidWeights)
}

async function settingsOf<Settings>(
  file: string,
  read: (value: unknown) => Settings,
  Invalid: new (message: string) => Error,
): Promise<Settings> {
  const value = await readJsonFile(file, terminal)
  try {
    return read(value)
  } catch (error) {
    if (error instanceof Invalid) throw new CommandFailure(`${visible(file)}: ${visible(error.message)}`)
    throw error
  }
}

/** Says why in one line and sets the exit status; only a bug shows where it is. */
function fail(error: unknown): void {
  if (terminal.signal.aborted) process.exitCode = EXIT.interrupted
  else if (!(error instanceof OutputClosed)) {
    console.error(error instanceof CommandFailure ? `glyphsieve: ${error.message}` : error)
    process.exitCode = EXIT.failed
  }
}

const program = new Command('glyphsieve')
  .description('Turns raw GPU marketplace listings into scored ones: what card it is, what it costs, what it is worth.')
  .version(VERSION)
  .addCommand(runCommand())
  .addCommand(matchCommand())
  .addCommand(priceCommand())
  .addCommand(scoreCommand())
  .addCommand(explainCommand())
  .addCommand(catalogCommand())
  .addCommand(simulateCommand())
for (const command of [program, ...program.commands]) {
  command.showHelpAfterError('(glyphsieve --help lists the commands, glyphsieve COMMAND --help the options)')
  command.exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : EXIT.usage))
}
program.parseAsync().catch(fail)
