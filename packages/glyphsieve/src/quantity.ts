const NONE =
  /(?<!\p{L})(?:unavailable|not available|out of stock|no stock|sold(?: |-)?out|sold|ended|discontinued|coming soon|false|no|none|ausverkauft|nicht (?:verfügbar|vorrätig|lieferbar|auf lager)|vergriffen|verkauft|épuisé|en rupture|rupture de stock|indisponible|agotado|sin stock|no disponible|vendido|esgotado|indisponível|esaurito|non disponibile|venduto|uitverkocht|niet (?:op voorraad|beschikbaar)|verkocht|wyprzedane|brak|niedostępn\p{L}*|slutsåld|udsolgt|utsolgt|loppu|nincs készleten|elfogyott|vyprodáno|нет в наличии|продано|распродано|tükendi)(?!\p{L})|售罄|缺货|无货|売り切れ|在庫(?:なし|切れ)|品切れ|품절/iu
/** Another count than that of what is on offer. */
const OTHER_COUNT = /\d[\d.,]*\s*\+?\s*(?:sold|verkauft|vendus?|vendidos?|venduti|watching|watchers|views?)(?!\p{L})/giu
const NUMBER = /(?<![\p{L}\d.,])(?:\d{1,3}(?:[.,]\d{3})+(?![\d.,])|\d+(?:\.0+(?!\d))?)/gu
const NEGATIVE = /^\s*[-−]\s*\d/
const MOST_LETTERS = 200

/**
 * Reads how many are on offer: `3 available`, `12`, `More than 10` (10, for that many there are), 0 for `Sold out` or
 * `Unavailable`. Undefined where the text names no number or several, such as `In stock`, and for a number below 0.
 */
export function readQuantity(text: string): number | undefined {
  const plain = text.slice(0, MOST_LETTERS).normalize('NFC').replace(OTHER_COUNT, ' ')
  const numbers = plain.match(NUMBER) ?? []
  if (numbers.length > 1 || NEGATIVE.test(plain)) return undefined
  const [printed] = numbers
  if (printed === undefined) return NONE.test(plain) ? 0 : undefined
  const quantity = Number(/^\d+\.0+$/.test(printed) && !/^\d{1,3}\.000$/.test(printed) ? printed : printed.replace(/[.,]/g, ''))
  return Number.isSafeInteger(quantity) ? quantity : undefined
}
