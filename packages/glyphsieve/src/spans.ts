import { columnsOf, visible } from './terminal.ts'

/** A piece of a text, in UTF-16 code units; `end` is exclusive. */
export interface Span {
  start: number
  end: number
  means: string
}

const COLUMNS = 92

interface Mark {
  column: number
  width: number
  means: string
}

/**
 * A text with its spans underlined and labelled, in lines of at most 92 columns unless a label is longer. Spans in one place share
 * a label; what a terminal would not show is spelled out.
 */
export function underlined(text: string, spans: readonly Span[]): string[] {
  return segmentsOf(text).flatMap(({ start, end }) => {
    const shown = visible(text.slice(start, end))
    const marks = marksOf(text, spans, start, end)
    return marks.length === 0 ? [shown] : [shown, underlineOf(marks), ...labelsOf(marks)]
  })
}

/** Cuts a text into lines, between words where there are any. */
function segmentsOf(text: string): { start: number; end: number }[] {
  const segments: { start: number; end: number }[] = []
  let start = 0
  let space = -1
  let columns = 0
  for (let at = 0; at < text.length; ) {
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0)
    columns += columnsOf(visible(character))
    if (columns > COLUMNS && at > start) {
      const end = space > start ? space : at
      segments.push({ start, end })
      start = end
      at = end
      space = -1
      columns = 0
      continue
    }
    at += character.length
    if (character === ' ') space = at
  }
  segments.push({ start, end: text.length })
  return segments
}

/** The parts of spans in one line, from left to right; a span is labelled in the line where it begins. */
function marksOf(text: string, spans: readonly Span[], start: number, end: number): Mark[] {
  const columnOf = (at: number) => columnsOf(visible(text.slice(start, at)))
  const marks: Mark[] = []
  for (const span of spans.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    if (span.start < start || span.start >= end || span.end <= span.start) continue
    const column = columnOf(span.start)
    const width = Math.max(1, columnOf(Math.min(span.end, end)) - column)
    const same = marks.find((mark) => mark.column === column)
    if (same === undefined) marks.push({ column, width, means: visible(span.means) })
    else if (!same.means.split('; ').includes(visible(span.means))) same.means += `; ${visible(span.means)}`
  }
  return marks
}

function underlineOf(marks: readonly Mark[]): string {
  let line = ''
  for (const { column, width } of marks) {
    if (column > line.length) line += ' '.repeat(column - line.length)
    line = line.padEnd(column + width, '~')
  }
  return line
}

/** The last label stands beside its underline; each one before it on a line below, at the end of a stroke. */
function labelsOf(marks: readonly Mark[]): string[] {
  const lines: string[] = []
  for (let index = marks.length - 1; index >= 0; index--) {
    const strokes = marks.slice(0, index).reduce((line, { column }) => `${line.padEnd(column)}|`, '')
    const { column = 0, means = '' } = marks[index] ?? {}
    lines.push(`${strokes.padEnd(column)}${means}`)
  }
  return lines
}
