/** Line charts as SVG, of text and lines only. */

export interface Line {
  name: string
  points: readonly (readonly [x: number, y: number])[]
}

export interface Chart {
  title: string
  y: string
  lines: readonly Line[]
  /** A line across, with its name. */
  limit?: { name: string; y: number }
}

const PANEL = { width: 460, height: 300, left: 64, right: 84, top: 40, bottom: 44 }
const COLORS = ['#0b6e99', '#c4520b', '#5a7d0c', '#8b3fa0', '#5c5c5c']
const COLUMNS = 2

/** Charts beside and below each other, all over the same numbers of feeders, which double from tick to tick. `title` is for who cannot see them. */
export function pictureOf(title: string, charts: readonly Chart[], feeders: readonly number[]): string {
  const rows = Math.ceil(charts.length / COLUMNS)
  const [width, height] = [PANEL.width * COLUMNS, PANEL.height * rows]
  const panels = charts.map((chart, index) => {
    const [x, y] = [(index % COLUMNS) * PANEL.width, Math.floor(index / COLUMNS) * PANEL.height]
    return `<g transform="translate(${x} ${y})">\n${panelOf(chart, feeders).join('\n')}\n</g>`
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12" fill="#222">`,
    `<title>${title}</title>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...panels,
    '</svg>\n',
  ].join('\n')
}

function panelOf({ title, y: unit, lines, limit }: Chart, feeders: readonly number[]): string[] {
  const ys = lines.flatMap(({ points }) => points.map(([, y]) => y)).concat(limit?.y ?? [])
  const low = 10 ** Math.floor(Math.log10(Math.min(...ys)))
  const high = 10 ** Math.ceil(Math.log10(Math.max(...ys)))
  const [right, bottom] = [PANEL.width - PANEL.right, PANEL.height - PANEL.bottom]
  const doublings = Math.log2((feeders.at(-1) ?? 2) / (feeders[0] ?? 1))
  const atX = (x: number) => round(PANEL.left + (Math.log2(x / (feeders[0] ?? 1)) / doublings) * (right - PANEL.left))
  const atY = (y: number) => round(bottom - (Math.log10(y / low) / Math.log10(high / low)) * (bottom - PANEL.top))
  const text = (x: number, y: number, words: string, more = '') => `<text x="${x}" y="${y}"${more}>${words}</text>`
  const decades = Array.from({ length: Math.round(Math.log10(high / low)) + 1 }, (_, power) => low * 10 ** power)
  const labels = spread(lines.map(({ points }) => atY(points.at(-1)?.[1] ?? low)))
  return [
    text(PANEL.left, 20, title, ' font-weight="bold"'),
    text(PANEL.left, 34, unit),
    ...decades.flatMap((y) => [
      `<path d="M${PANEL.left} ${atY(y)}H${right}" stroke="#ddd"/>`,
      text(PANEL.left - 6, atY(y) + 4, y.toLocaleString('en-US'), ' text-anchor="end"'),
    ]),
    ...feeders.map((x) => text(atX(x), bottom + 16, `${x}`, ' text-anchor="middle"')),
    text((PANEL.left + right) / 2, bottom + 34, 'feeders', ' text-anchor="middle"'),
    ...(limit === undefined
      ? []
      : [
          `<path d="M${PANEL.left} ${atY(limit.y)}H${right}" stroke="#222" stroke-dasharray="5 4"/>`,
          text(PANEL.left + 6, atY(limit.y) + 14, limit.name),
        ]),
    ...lines.flatMap(({ name, points }, index) => {
      const color = COLORS[index % COLORS.length]
      const path = points.map(([x, y], at) => `${at === 0 ? 'M' : 'L'}${atX(x)} ${atY(y)}`).join('')
      return [
        `<path d="${path}" fill="none" stroke="${color}" stroke-width="2"/>`,
        text(right + 6, (labels[index] ?? 0) + 4, name, ` fill="${color}"`),
      ]
    }),
  ]
}

const LABEL_HEIGHT = 14

/** Heights of labels, moved up where one would stand on another. */
function spread(heights: readonly number[]): number[] {
  const order = heights.map((_, index) => index).sort((a, b) => (heights[b] ?? 0) - (heights[a] ?? 0))
  const moved = [...heights]
  let free = Number.POSITIVE_INFINITY
  for (const index of order) {
    moved[index] = Math.min(heights[index] ?? 0, free)
    free = (moved[index] ?? 0) - LABEL_HEIGHT
  }
  return moved
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
