import type { GPUListingDTO } from 'glyphsieve'

const MODELS = Array.from({ length: 120 }, (_, index) => `RTX_${3000 + index * 10}${index % 3 === 0 ? '' : '_TI'}`)
const SOURCES = ['Northbridge', 'Kestrel Parts', 'Silo Eleven', 'Harbour Exchange']

/** Listing number `index` of an endless crawl: 16 members, about 380 bytes of JSON, the same on every run. */
function benchListing(index: number): GPUListingDTO {
  const model = MODELS[(index * 7919) % MODELS.length] ?? ''
  const source = SOURCES[index % SOURCES.length] ?? ''
  return {
    model,
    price: 300 + (index % 977) + 0.99,
    score: ((index * 31) % 1000) / 1000,
    currency: 'USD',
    listing_source: source,
    listing_id: `L${100_000 + index}`,
    seller: `seller-${index % 40}`,
    region: 'EU',
    title: `${model} 16G TWIN FAN OC graphics card, lot ${index}`,
    source_url: `https://shop.example/products/card-${index}`,
    condition: index % 3 === 0 ? 'new' : 'used',
    quantity: index % 5,
    seen_at: new Date(Date.UTC(2026, 9, 1) + index * 1000).toISOString(),
    vram_gb: 16,
    tdp_watts: 285,
    match_score: 0.97,
  }
}

export function benchListings(count: number, first = 0): GPUListingDTO[] {
  return Array.from({ length: count }, (_, index) => benchListing(first + index))
}
