import { MOVE_DAYS, type Report, type ReportMove, type ReportOffer } from '../contract/report.ts'
import { cut } from '../shown.ts'
import { type Column, joined, link, Markdown, md, table } from './markdown.ts'

const TITLE_CHARACTERS = 80
const NAME_CHARACTERS = 40

/** The report as a page of markdown. Nothing that a listing says can be anything but text on it, or a link of http or https. */
export function reportMarkdown(report: Report): string {
  const { generated_at, counts, last_imports, versions } = report
  const parts = [md`# The market at ${minute(generated_at)} UTC`]
  if (counts.listings === 0) parts.push(...whatToDo(last_imports.length > 0))
  else parts.push(...marketParts(report))
  if (last_imports.length > 0) parts.push(md`## Last imports`, importsTable(last_imports), ...refusedParts(report))
  parts.push(md`## Versions`, md`glyphd ${versions.glyphd}, catalog ${versions.catalog}.`, ...pipelineParts(report))
  return `${joined(parts, '\n\n').source}\n`
}

function whatToDo(wasUsed: boolean): Markdown[] {
  return [
    wasUsed
      ? md`Nothing is stored any more: every import was undone. To have a market here again:`
      : md`Nothing is stored yet. To have a market here:`,
    new Markdown(
      [
        '- `glyphsieve run offers.csv --currency USD | glyphd import -` scores raw offers and stores them;',
        '- `glyphd import listings.ndjson` stores listings that have a score already;',
        '- programs send theirs to `POST /api/persist/listings`, or raw ones to `POST /api/persist/raw-listings`; `/docs` says how.',
      ].join('\n'),
    ),
  ]
}

function marketParts({ counts, best_value, below_fair_price, biggest_moves, thin_markets }: Report): Markdown[] {
  const summary = md`${number(counts.current_offers)} offers stand, of ${of(counts.models, 'model')} from ${of(counts.sources, 'source')}; rankings count ${number(counts.ranked_offers)} of them. The store has ${of(counts.listings, 'listing')}.`
  if (counts.current_offers === 0) {
    return [
      summary,
      md`No offer stands now: all were seen too long ago, or are gone. Import what a newer crawl found, or start the daemon with a larger ${code('--current-days')}.`,
    ]
  }
  const { score_version } = best_value
  // Nobody else's scores have such a name.
  const meaning = /^score \d/.test(score_version ?? '') ? ': 0.5 is as good as a working RTX 3090 for 700 USD' : ''
  const version =
    score_version === undefined ? '' : md` Only those of one version are compared: ${cut(score_version, NAME_CHARACTERS)}.`
  return [
    summary,
    md`## Best value`,
    md`What is worth most for its money, by score${meaning}.${version}`,
    ...section(best_value, OFFER_COLUMNS),
    md`## Below fair price`,
    md`What asks less than comparable offers: “of fair” is the price by their median.`,
    ...section(below_fair_price, OFFER_COLUMNS),
    md`## Biggest moves`,
    md`Prices of now against those before their changes of the last ${MOVE_DAYS} days.`,
    ...section(biggest_moves, MOVE_COLUMNS),
    md`## Thin markets`,
    md`Cards of which too few sellers ask a price to call one fair.`,
    ...(thin_markets.items.length === 0 ? [md`There are none.`] : [table(thin_markets.items, THIN_COLUMNS)]),
    ...more(thin_markets.group_count - thin_markets.items.length),
  ]
}

interface Section<Row> {
  offer_count: number
  left_out: Record<string, number>
  items: readonly Row[]
}

function section<Row>({ offer_count, left_out, items }: Section<Row>, columns: readonly Column<Row>[]): Markdown[] {
  const reasons = Object.entries(left_out).map(([reason, count]) => md`${number(count)} ${reason}`)
  return [
    items.length === 0 ? md`There are none.` : table(items, columns),
    ...more(offer_count - items.length),
    ...(reasons.length === 0 ? [] : [md`Left out: ${joined(reasons, ', ')}.`]),
  ]
}

function more(count: number): Markdown[] {
  return count > 0 ? [md`And ${number(count)} more.`] : []
}

const FACTS: readonly Column<ReportOffer>[] = [
  { name: 'model', cell: ({ model }) => cut(model, NAME_CHARACTERS) },
  { name: 'GB', align: 'right', cell: ({ vram_gb }) => vram_gb && number(vram_gb) },
  { name: 'condition', cell: ({ condition }) => condition },
  { name: 'price', align: 'right', cell: ({ price }) => amount(price) },
  { name: 'currency', cell: ({ currency }) => currency },
]

const PLACE: readonly Column<ReportOffer>[] = [
  { name: 'lot of', align: 'right', cell: ({ lot_size }) => lot_size },
  { name: 'marks', cell: ({ marks }) => marks?.join(', ') },
  { name: 'seen', cell: ({ seen_at }) => minute(seen_at) },
  { name: 'seller', cell: sellerOf },
  {
    name: 'offer',
    cell: ({ title, id, source_url }) => link(cut(title?.trim() || `listing ${id}`, TITLE_CHARACTERS), source_url),
  },
]

const OFFER_COLUMNS: readonly Column<ReportOffer>[] = [
  { name: '#', align: 'right', cell: (_, index) => index + 1 },
  ...FACTS,
  { name: 'USD', align: 'right', cell: inDollars },
  { name: 'score', align: 'right', cell: ({ score }) => score.toPrecision(3) },
  { name: 'of fair', align: 'right', cell: ({ price_to_fair }) => price_to_fair?.toFixed(2) },
  ...PLACE,
]

const MOVE_COLUMNS: readonly Column<ReportMove>[] = [
  { name: '#', align: 'right', cell: (_, index) => index + 1 },
  { name: 'change', align: 'right', cell: ({ change_pct }) => percent(change_pct) },
  { name: 'before', align: 'right', cell: ({ price_before }) => amount(price_before) },
  ...FACTS,
  { name: 'changed', cell: ({ changed_at }) => minute(changed_at) },
  ...PLACE,
]

const THIN_COLUMNS: readonly Column<Report['thin_markets']['items'][number]>[] = [
  { name: 'model', cell: ({ model }) => cut(model, NAME_CHARACTERS) },
  { name: 'GB', align: 'right', cell: ({ vram_gb }) => vram_gb && number(vram_gb) },
  { name: 'condition', cell: ({ condition_class, modified }) => `${condition_class}${modified ? ', modified' : ''}` },
  { name: 'currency', cell: ({ currency }) => currency },
  { name: 'offers', align: 'right', cell: ({ offer_count }) => number(offer_count) },
  { name: 'votes', align: 'right', cell: ({ withheld }) => withheld?.n },
  { name: 'low', align: 'right', cell: ({ withheld }) => withheld?.low && amount(withheld.low) },
  { name: 'high', align: 'right', cell: ({ withheld }) => withheld?.high && amount(withheld.high) },
]

function importsTable(imports: Report['last_imports']): Markdown {
  return table(imports, [
    { name: 'import', cell: ({ import_id }) => import_id },
    { name: 'received', cell: ({ timestamp }) => minute(timestamp) },
    { name: 'listings', align: 'right', cell: ({ record_count }) => number(record_count) },
    { name: 'rejected', align: 'right', cell: ({ rejected_count }) => number(rejected_count) },
    { name: 'undone', cell: ({ undone_at }) => undone_at && minute(undone_at) },
  ])
}

function refusedParts({ refused }: Report): Markdown[] {
  const { import_count, rejected_count, counted_rows, reasons } = refused
  const part = counted_rows < rejected_count ? md` The first ${number(counted_rows)} of them were looked at.` : ''
  const summary =
    import_count === 0
      ? md`None of the last imports left rows out.`
      : md`Left out: ${of(rejected_count, 'row')}, by ${of(import_count, 'import')}.${part}`
  const rows = table(reasons, [
    { name: 'code', cell: ({ code }) => code },
    { name: 'rows', align: 'right', cell: ({ rows }) => number(rows) },
    { name: 'example', cell: ({ example }) => cut(example, TITLE_CHARACTERS) },
  ])
  return [md`## What was refused`, summary, ...(reasons.length === 0 ? [] : [rows])]
}

function pipelineParts({ versions: { pipeline_count, pipelines } }: Report): Markdown[] {
  if (pipelines.length === 0) return []
  const rows = table(pipelines, [
    { name: 'offers', align: 'right', cell: ({ offer_count }) => number(offer_count) },
    { name: 'made by', cell: ({ pipeline_version }) => cut(pipeline_version ?? 'not stated', TITLE_CHARACTERS) },
  ])
  return [rows, ...more(pipeline_count - pipelines.length)]
}

function sellerOf({ seller, listing_source }: ReportOffer): string {
  const names = [seller, listing_source].filter((name) => name !== undefined && name.trim() !== '')
  return cut(names.join(' at ') || 'not named', NAME_CHARACTERS)
}

/** What the price comes to, where it is in another currency. */
function inDollars({ currency, price_usd }: ReportOffer): string | undefined {
  return currency === 'USD' || price_usd === undefined ? undefined : amount(price_usd)
}

function percent(change: number): string {
  return `${change > 0 ? '+' : ''}${change.toLocaleString('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1, notation: Math.abs(change) < 1e6 ? 'standard' : 'scientific' })} %`
}

function code(text: string): Markdown {
  return new Markdown(`\`${text}\``)
}

/** A count with its noun. */
function of(count: number, noun: string): string {
  return `${number(count)} ${noun}${count === 1 ? '' : 's'}`
}

function number(value: number): string {
  return value.toLocaleString('en-US')
}

function amount(price: number): string {
  return price.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })
}

function minute(timestamp: string): string {
  return timestamp.slice(0, 16).replace('T', ' ')
}
