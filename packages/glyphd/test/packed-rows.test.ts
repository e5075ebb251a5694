import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type PackedRows, packRows } from '../dist/store/packed-rows.js'
import { rowCursor } from '../dist/store/row-cursor.js'
import { COLUMNS, type Row, toRow } from '../dist/store/to-row.js'
import { arbitraryListing } from './listings.ts'

const IMPORT = { import_id: '01a205f0-1168-762f-93f0-b841a95a866d', timestamp: '2026-11-01T00:00:00.000Z' }

/** Rows as they are inserted: values by the name of their column, without columns that are null in all of them. */
function inserted(packed: PackedRows): Record<string, unknown>[] {
  const { count, columns, next } = rowCursor(packed)
  const values: Row = ['position']
  return Array.from({ length: count }, () => {
    next(values)
    return Object.fromEntries(columns.map((name, index) => [name, values[index + 1]]))
  })
}

test('packed rows come out on another thread as they were', () => {
  fc.assert(
    fc.property(fc.array(arbitraryListing, { maxLength: 20 }), (listings) => {
      const rows = listings.map((listing, import_index) => toRow(listing, { ...IMPORT, import_index }))
      const nulls = Object.fromEntries(COLUMNS.map((name) => [name, null]))
      expect(inserted(structuredClone(packRows(rows))).map((row) => ({ ...nulls, ...row }))).toEqual(
        rows.map((row) => Object.fromEntries(COLUMNS.map((name, column) => [name, row[column]]))),
      )
    }),
  )
})

test('columns that no row fills are left out', () => {
  const rows = [{ nvlink: true }, { title: '' }, { price_text: null }].map((members, import_index) =>
    toRow({ model: 'RTX_3090', price: 700, score: 0.5, ...members }, { ...IMPORT, import_index }),
  )
  const [first, second, third] = inserted(packRows(rows))
  expect(Object.keys(first ?? {})).not.toContain('price_text')
  expect([first?.['nvlink'], second?.['nvlink'], third?.['nvlink']]).toEqual([1, null, null])
  expect([first?.['title'], second?.['title'], third?.['title']]).toEqual([null, '', null])
})
