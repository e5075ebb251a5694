/**
 * An address that WHATWG parsing leaves as it is, and whose canonical form is therefore itself: lower-case host with an
 * alphabetic last label, no port, no query, no fragment, no escapes, no segment that begins with a dot. Most shop links are
 * like that, and `new URL` costs ten times this test. Punycode (`xn--`), eBay and search pages take the long way.
 */
const PLAIN =
  /^https?:\/\/(?!xn--|ebay\.)[a-z0-9-]+(?:\.(?!xn--|ebay\.)[a-z0-9-]+)*\.(?!xn--)[a-z]{2,}(?:\/(?!\.|[Ss][Cc][Hh]|[Ss][Ee][Aa][Rr])[\w~.-]*)+$/
/** With a host of at most 300 characters: DNS knows none beyond 253, and looking up the form of a longer one takes a parser long. */
const ABSOLUTE_HTTP = /^https?:\/\/[^/?#]{1,300}(?:[/?#]|$)/i
const MAX_CODE_UNITS = 2 * 2048
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const SPACE_OR_CONTROL = /[\s\u0000-\u001f\u007f]/
const EBAY_HOST = /(?:^|\.)ebay(?:\.[a-z]{2,3}){1,2}$/
const EBAY_ITEM = /^\/itm\/(?:[^/]+\/)?(\d+)\/?$/
const SEARCH_PATH = /\/(?:sch|search)(?:[/.]|$)/i
const SEARCH_PARAMETERS = ['q', '_nkw']
const TRACKING_PARAMETER = /^(?:utm_.*|gclid|fbclid|srsltid)$/i

/** Whether the text is an absolute http or https address that a browser would open as it stands. */
export function isHttpUrl(text: string): boolean {
  return PLAIN.test(text) || parse(text) !== undefined
}

/**
 * The address under which an offer is recognised again: parsed as WHATWG does, without fragment and tracking parameters, the
 * other parameters sorted by name; an eBay item is `https://HOST/itm/NUMBER` whatever surrounds it.
 *
 * Returns undefined for a search page, which names no offer, and for what is not an address.
 */
export function canonicalUrl(text: string): string | undefined {
  if (PLAIN.test(text)) return text
  const url = parse(text)
  if (url === undefined) return undefined
  const item = EBAY_HOST.test(url.hostname) ? EBAY_ITEM.exec(url.pathname)?.[1] : undefined
  if (item !== undefined) return `https://${url.host}/itm/${item}`
  if (SEARCH_PATH.test(url.pathname) || SEARCH_PARAMETERS.some((name) => url.searchParams.has(name))) return undefined
  const parameters = new URLSearchParams([...url.searchParams].filter(([name]) => !TRACKING_PARAMETER.test(name)))
  parameters.sort()
  url.hash = ''
  url.search = `${parameters}`
  return url.href
}

/** Not `URL.canParse`: once compiled, that of Node 20 refuses addresses with letters of Latin-1 such as `bücher.example`. */
function parse(text: string): URL | undefined {
  if (text.length > MAX_CODE_UNITS || !ABSOLUTE_HTTP.test(text) || SPACE_OR_CONTROL.test(text)) return undefined
  try {
    return new URL(text)
  } catch {
    return undefined
  }
}
