import { isCurrency } from './currency.ts'
import { utcTimestamp } from './time.ts'
import { isHttpUrl } from './url.ts'

/** What the `format`s named in the schemas accept. A validator takes its formats from here, so that all of them agree. */
export const FORMATS = {
  'date-time': (text: string) => utcTimestamp(text) !== undefined,
  'http-url': isHttpUrl,
  'iso-4217': isCurrency,
} satisfies Record<string, (text: string) => boolean>
