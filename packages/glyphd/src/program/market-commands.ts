import { Command, InvalidArgumentError, Option } from 'commander'
import { BITS_PER_WEIGHT } from 'glyphsieve/terminal'
import type { ExportFormat } from '../commands/export.ts'
import { type AskDaemon, urlOption, wholeNumber } from './options.ts'

/** Takes a number above 0 as it is typed, for the daemon. */
function positive(text: string): string {
  if (!/^(?:\d{1,12}(?:\.\d{1,6})?|\.\d{1,6})$/.test(text) || Number(text) === 0) {
    throw new InvalidArgumentError('It must be a number above 0.')
  }
  return `${Number(text)}`
}

/** Takes tokens for the daemon: 8k is 8,192. */
function contextTokens(text: string): string {
  const [, digits, k] = /^([1-9]\d{0,8})(k)?$/i.exec(text) ?? []
  if (digits === undefined) throw new InvalidArgumentError('It must be a whole number of tokens, such as 8192 or 8k.')
  return `${Number(digits) * (k === undefined ? 1 : 1024)}`
}

/** Options of `fit` that the daemon takes as they are, by their query parameters. */
const FIT_OPTIONS = {
  context: new Option('--context <tokens>', 'tokens of context, such as 8192 or 8k (default: 8k)').argParser(contextTokens),
  format: new Option('--format <format>', 'how the weights are stored').choices(Object.keys(BITS_PER_WEIGHT)).default('Q4_K_M'),
  min_tps: new Option('--min-tps <rate>', 'tokens a second that the low end of a band must reach').argParser(positive),
  max_cards: new Option('--max-cards <count>', 'most cards in a set, up to 16 (default: 8)').argParser(positive),
  max_price: new Option('--max-price <usd>', 'most US dollars for a set').argParser(positive),
  max_watts: new Option('--max-watts <watts>', 'most watts of a set').argParser(positive),
  params_b: new Option('--params-b <billions>', 'instead of a name: billions of parameters').argParser(positive),
  active_params_b: new Option('--active-params-b <billions>', 'those that one token is computed with').argParser(positive),
  layers: new Option('--layers <count>', 'instead of a name: layers').argParser(positive),
  kv_heads: new Option('--kv-heads <count>', 'instead of a name: key and value heads of a layer').argParser(positive),
  head_dim: new Option('--head-dim <count>', 'instead of a name: numbers in a key').argParser(positive),
  limit: new Option('--limit <count>', 'how many sets, at most').argParser(positive).default('5'),
}

export function fitCommand(askDaemon: AskDaemon): Command {
  const command = new Command('fit')
    .description('Say what to buy to run a model: the cheapest cards on offer that hold it.')
    .argument('[workload]', 'name of the model; --list lists them')
    .addOption(urlOption())
  for (const option of Object.values(FIT_OPTIONS)) command.addOption(option)
  return command
    .option('--include-all', 'buy what rankings leave out, too, such as modified cards')
    .option('--list', 'list the models that are known by name, and ask nobody')
    .option('--json', 'print the answer of the daemon')
    .addHelpText(
      'after',
      `
Examples:
  $ glyphd fit llama-3.3-70b --context 8k
  $ glyphd fit qwen3-32b --context 32k --min-tps 20 --max-price 2000
  $ glyphd fit --params-b 13 --layers 40 --kv-heads 40 --head-dim 128 --format FP16
`,
    )
    .action(async (workload: string | undefined, given: Record<string, unknown>, command: Command) => {
      await askDaemon(command, async (address, terminal) => {
        const { printFit, printWorkloads } = await import('../commands/fit.ts')
        const format = given['json'] === true ? 'json' : 'text'
        if (given['list'] === true) return await printWorkloads(format, terminal)
        const parameters: Record<string, string> = workload === undefined ? {} : { workload }
        for (const [name, option] of Object.entries(FIT_OPTIONS)) {
          const value = given[option.attributeName()]
          if (typeof value === 'string') parameters[name] = value
        }
        if (given['includeAll'] === true) parameters['include'] = 'all'
        await printFit({ address, parameters, format }, terminal)
      })
    })
}

export function worthCommand(askDaemon: AskDaemon): Command {
  return new Command('worth')
    .description('Say below which price a card is worth its money, and what is asked for it now.')
    .argument('<model>', 'such as RTX_4090')
    .addOption(urlOption())
    .option('--json', 'print the answer of the daemon')
    .action(async (model: string, { json = false }: { json?: boolean }, command: Command) => {
      await askDaemon(command, async (address, terminal) => {
        const { printWorth } = await import('../commands/worth.ts')
        await printWorth({ address, model, format: json ? 'json' : 'text' }, terminal)
      })
    })
}

export function reportCommand(askDaemon: AskDaemon): Command {
  return new Command('report')
    .description('Print the market in one page: best value, below fair price, biggest moves, thin markets, last imports.')
    .addOption(urlOption())
    .addOption(new Option('--limit <count>', 'rows in each section, at most 100').argParser(wholeNumber).default(10))
    .option('--include-all', 'show what rankings leave out, too, marked so')
    .option('--json', 'print the answer of the daemon; without it, markdown')
    .action(async (given: { limit: number; includeAll?: boolean; json?: boolean }, command: Command) => {
      const { limit, includeAll = false, json = false } = given
      await askDaemon(command, async (address, terminal) => {
        const { printReport } = await import('../commands/report.ts')
        const query = includeAll ? { limit, include: 'all' as const } : { limit }
        await printReport({ address, query, format: json ? 'json' : 'markdown' }, terminal)
      })
    })
}

/** `export` has its options where it is asked for: what knows them takes longer to load than other commands take to run. */
export async function exportCommand(askDaemon: AskDaemon, isAskedFor: boolean): Promise<Command> {
  const command = new Command('export').description(
    'Write listings of the store, all or those that match every filter, in a form that imports again.',
  )
  if (!isAskedFor) return command
  const { EXPORT_FORMATS, EXPORT_OPTIONS, exportListings } = await import('../commands/export.ts')
  command
    .addOption(urlOption())
    .addOption(new Option('--format <format>', 'how to write them').choices(EXPORT_FORMATS).default('ndjson'))
    .option('-o, --output <file>', 'write them to this file, which appears when it is complete')
  const options = EXPORT_OPTIONS.map(({ parameter, flags, description, choices }) => {
    const option = new Option(flags, description)
    command.addOption(choices === undefined ? option : option.choices(choices))
    return { parameter, attribute: option.attributeName() }
  })
  return command
    .addHelpText(
      'after',
      `
Examples:
  $ glyphd export > listings.ndjson
  $ glyphd export --current --sort -score | head
  $ glyphd export --model RTX_3090 --max-price 700 --format csv -o cheap.csv
`,
    )
    .action(async (given: Record<string, string | true> & { format: ExportFormat; output?: string }) => {
      const { format, output } = given
      const parameters: Record<string, string> = {}
      for (const { parameter, attribute } of options) {
        const value = given[attribute]
        if (value !== undefined) parameters[parameter] = `${value}`
      }
      await askDaemon(command, (address, terminal) => exportListings({ address, parameters, format, output }, terminal))
    })
}
