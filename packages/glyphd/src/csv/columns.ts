import type { StoredListing } from '../contract/listings.ts'

/** How a member stands in its cell. JSON cells hold containers. */
export type CellKind = 'text' | 'number' | 'boolean' | 'json'

/** The members of a stored listing in the order of their columns. Without the schemas, so that an export needs no library. */
export const CELL_KINDS = {
  id: 'text',
  import_id: 'text',
  import_index: 'number',
  model: 'text',
  price: 'number',
  score: 'number',
  currency: 'text',
  price_usd: 'number',
  shipping: 'number',
  lot_size: 'number',
  quantity: 'number',
  listing_source: 'text',
  listing_id: 'text',
  seller: 'text',
  region: 'text',
  generation: 'text',
  form_factor: 'text',
  pipeline_version: 'text',
  title: 'text',
  price_text: 'text',
  source_url: 'text',
  condition: 'text',
  seen_at: 'text',
  vram_gb: 'number',
  mem_bandwidth_gbs: 'number',
  tdp_watts: 'number',
  mig_support: 'number',
  nvlink: 'boolean',
  quantization_capacity: 'json',
  match_score: 'number',
  score_breakdown: 'json',
  warnings: 'json',
  offer_key: 'text',
  extra: 'json',
} as const satisfies Record<keyof StoredListing, CellKind>

/** The member that also has a column for each model size: `quantization_capacity.7b`. */
export const CAPACITY = 'quantization_capacity'

/** Model sizes that always have a column, in its order. */
export const CAPACITY_SIZES = ['7b', '13b', '70b'] as const

/**
 * Other names that a column may have, without spaces, `_` and `-`: those of glyphsieve's names for raw columns that can mean
 * nothing else in a scored listing. A column that is not recognised is kept under `extra`; one that is mistaken is not.
 */
export const SYNONYMS = {
  model: ['canonicalmodel', 'modelname', 'gpumodel'],
  price: ['priceamount', 'unitprice'],
  score: ['finalscore'],
  currency: ['currencycode', 'pricecurrency'],
  shipping: ['shippingcost', 'shippingprice', 'shippingfee'],
  quantity: ['qty', 'quantityavailable', 'availablequantity'],
  listing_source: ['source', 'sourcename', 'marketplace'],
  listing_id: ['itemid', 'offerid'],
  seller: ['sellername'],
  region: ['geographicregion'],
  title: ['listingtitle', 'itemtitle', 'producttitle'],
  price_text: ['priceraw', 'rawprice'],
  source_url: ['url', 'link', 'itemurl', 'listingurl', 'producturl'],
  condition: ['itemcondition'],
  seen_at: ['lastseen', 'lastseenat', 'scrapedat', 'observedat'],
  vram_gb: ['vram'],
  mem_bandwidth_gbs: ['membandwidth', 'memorybandwidth', 'memorybandwidthgbs'],
  tdp_watts: ['tdp'],
  mig_support: ['mig'],
} as const satisfies Partial<Record<keyof StoredListing, readonly string[]>>
