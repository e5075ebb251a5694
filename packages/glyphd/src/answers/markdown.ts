import { visible } from 'glyphsieve'

/** Text that is markdown already. Everything else becomes markdown by being escaped: `md` is the way in. */
export class Markdown {
  readonly source: string
  constructor(source: string) {
    this.source = source
  }
}

/** What stands between pieces of markdown. */
type Inline = string | number | Markdown

/** Markdown with values in it. The values are text, whatever they hold, unless they are markdown. */
export function md(pieces: TemplateStringsArray, ...values: readonly Inline[]): Markdown {
  return new Markdown(pieces.map((piece, index) => (index === 0 ? piece : `${sourceOf(values[index - 1])}${piece}`)).join(''))
}

/** Pieces of markdown, one behind the other. */
export function joined(parts: readonly Inline[], separator: string): Markdown {
  return new Markdown(parts.map(sourceOf).join(separator))
}

/** A link, or the text alone where the address is none of http or https, or has more before its host than that. */
export function link(text: Inline, address: string | undefined): Markdown {
  const href = address === undefined ? undefined : webAddress(address)
  return href === undefined ? md`${text}` : new Markdown(`[${sourceOf(text)}](${href})`)
}

/** A column of a table. Of the cells, `undefined` is empty. */
export interface Column<Row> {
  name: string
  align?: 'right'
  cell: (row: Row, index: number) => Inline | undefined
}

/** A table (GitHub's); columns in which no row has anything are left out. The last one may be of any width. */
export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): Markdown {
  const filled = columns
    .map(({ name, align, cell }) => ({ name, align, cells: rows.map((row, index) => sourceOf(cell(row, index))) }))
    .filter(({ cells }) => cells.some((text) => text !== ''))
  const widths = filled.map(({ name, align, cells }, index) => {
    const isPadded = index < filled.length - 1 || align === 'right'
    return Math.max(3, name.length, ...(isPadded ? cells.map((text) => text.length) : []))
  })
  const line = (cells: readonly string[]) => {
    const padded = cells.map((text, index) => {
      const width = widths[index] ?? 0
      return filled[index]?.align === 'right' ? text.padStart(width) : text.padEnd(width)
    })
    return `| ${padded.join(' | ')} |`
  }
  const rule = filled.map(({ align }, index) => {
    const dashes = '-'.repeat((widths[index] ?? 3) - 1)
    return align === 'right' ? `${dashes}:` : `${dashes}-`
  })
  const body = rows.map((_, row) => line(filled.map(({ cells }) => cells[row] ?? '')))
  return new Markdown([line(filled.map(({ name }) => name)), line(rule), ...body].join('\n'))
}

function sourceOf(value: Inline | undefined): string {
  if (value === undefined) return ''
  return value instanceof Markdown ? value.source : escaped(`${value}`)
}

/** What a reader of markdown would make a link of by itself: an address, a name of a web server, a mail address. */
const LINKED = /:(?=\/\/)|(?<=www)\.|(?<=[\w.+-])@(?=[\w-])/gi
/** An underscore within a word means nothing, and names of models are full of them. */
const OUTER_UNDERSCORE = /(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu

/**
 * A text of one line that means nothing but itself in markdown, wherever in a line it stands but at its beginning: no HTML, no
 * entity, no emphasis, no end of a cell, no link. What would move a cursor or turn the direction of writing is written as `\u{1b}`.
 */
function escaped(text: string): string {
  const marked = text
    .replace(/[\\`*[\]~|$]/g, '\\$&')
    .replace(OUTER_UNDERSCORE, '\\_')
    .replace(/(?<=\])\(/g, '\\(')
    .replace(/&(?=[#\w])/g, '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
  return visible(marked).replace(LINKED, codeOf)
}

function codeOf(character: string): string {
  return `\\u{${character.charCodeAt(0).toString(16)}}`
}

/** What can stand as it is in the parentheses of a link, apart from & before a name. */
const OUTSIDE_ADDRESS = /[^\w\-.~:/?#@!$&+,;=%]/g

function webAddress(address: string): string | undefined {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') return undefined
  if (url.hostname.startsWith('[')) return undefined // no market has an address without a name
  return url.href.replace(OUTSIDE_ADDRESS, percentEncoded).replace(/&(?=#?\w+;)/g, '&amp;')
}

/** The URL parser has left nothing but ASCII. */
function percentEncoded(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
}
