import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { masked, serversOf } from '../dist/store/postgres/connection-string.js'
import { copyLine, foldedTitle } from '../dist/store/postgres/copy-text.js'
import { monthOf } from '../dist/store/postgres/partitions.js'
import { COLUMNS, type Row } from '../dist/store/to-row.js'

test('a row is a line of COPY: nulls, escapes and the folded title among its values', () => {
  const row: Row = COLUMNS.map(() => null)
  row[COLUMNS.indexOf('model')] = 'tab\t, line\n, return\r, \\N'
  row[COLUMNS.indexOf('price')] = 1e-7
  row[COLUMNS.indexOf('nvlink')] = 0
  row[COLUMNS.indexOf('title')] = 'ÄRGER'
  const line = copyLine(row)
  expect(line).toMatch(/^[^\n]*\n$/)
  const values = line.slice(0, -1).split('\t')
  expect(values).toHaveLength(COLUMNS.length + 1)
  expect(values[COLUMNS.indexOf('model')]).toBe('tab\\t, line\\n, return\\r, \\\\N')
  expect(values[COLUMNS.indexOf('price')]).toBe('1e-7')
  expect(values[COLUMNS.indexOf('nvlink')]).toBe('f')
  expect(values[COLUMNS.indexOf('seller')]).toBe('\\N')
  expect(values.at(-1)).toBe('ärger')
})

test('a folded title is there where, and only where, it is not the title with its ASCII letters in lower case', () => {
  const asciiLower = (text: string) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (title) => {
      expect(foldedTitle(title) ?? asciiLower(title)).toBe(title.toLowerCase())
    }),
  )
  expect(foldedTitle('RTX 4090')).toBeNull()
  expect(foldedTitle('grün')).toBeNull()
  expect(foldedTitle('İstanbul')).toBe('i̇stanbul')
})

describe('the partition of an import', () => {
  test.each([
    ['the first moment of a month', '019a3cb6-bc00-7000-8000-000000000000', 'gpu_listings_2025_11'],
    ['the last one of the month before', '019a3cb6-bbff-7fff-bfff-ffffffffffff', 'gpu_listings_2025_10'],
  ])('of %s is that month', (_, import_id, table) => {
    const month = monthOf(import_id)
    expect(month?.table).toBe(table)
    expect(month !== undefined && month.from <= import_id && import_id < month.to).toBe(true)
  })

  test.each([
    '00000000-0000-7000-8000-000000000000',
    'ffffffff-ffff-ffff-ffff-ffffffffffff',
  ])('of %s is no month', (import_id) => {
    expect(monthOf(import_id)).toBeUndefined()
  })
})

describe('a connection string', () => {
  test('of several hosts is one for each', () => {
    const { servers, isReadWrite } = serversOf(
      'postgres://u:p@a:1,[::1]:2,c/gpu?target_session_attrs=read-write&sslmode=require',
    )
    expect(servers.map(({ connectionString }) => connectionString)).toEqual([
      'postgres://u:p@a:1/gpu?sslmode=require',
      'postgres://u:p@[::1]:2/gpu?sslmode=require',
      'postgres://u:p@c/gpu?sslmode=require',
    ])
    expect(isReadWrite).toBe(true)
  })

  test.each([
    ['postgres://u:SECRET@a,b:x/gpu', '"b:x" is no host'],
    ['postgres://u:SECRET@a/gpu?target_session_attrs=standby', 'target_session_attrs is standby'],
  ])('%s is refused without its password', (url, words) => {
    expect(() => serversOf(url)).toThrow(words)
    expect(() => serversOf(url)).not.toThrow('SECRET')
  })

  test.each([
    ['postgres://u:SECRET@a/gpu', 'postgres://u:****@a/gpu'],
    ['postgres://u:SE@CRET@a,b/gpu', 'postgres://u:****@a,b/gpu'],
    ['postgres://u@a/gpu?password=SECRET&x=1', 'postgres://u@a/gpu?password=****&x=1'],
    ['postgres://u@a/gpu', 'postgres://u@a/gpu'],
    ['data/gpu.sqlite', 'data/gpu.sqlite'],
  ])('%s is shown as %s', (url, shown) => {
    expect(masked(url)).toBe(shown)
  })
})
