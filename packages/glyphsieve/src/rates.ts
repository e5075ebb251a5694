import { isCurrency } from './currency.ts'
import { Check, Errors, type Static, Type } from './typebox.ts'

/** What currencies are worth on one day. */
export const Rates = Type.Object(
  {
    date: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'Day of the rates, such as `2026-11-20`.' }),
    source: Type.String({ minLength: 1, maxLength: 200, description: 'Who published them.' }),
    rates: Type.Record(Type.String(), Type.Number({ exclusiveMinimum: 0, maximum: 1e9 }), {
      description: 'US dollars for one unit by ISO 4217 code: `{"EUR": 1.08}` says that one euro is 1.08 US dollars.',
    }),
  },
  { additionalProperties: false, description: 'What currencies are worth in US dollars.' },
)
export type Rates = Static<typeof Rates>

/** A file of rates that is not one; the message says in words where and why. */
export class InvalidRates extends Error {
  override readonly name = 'InvalidRates'
}

/**
 * Checks a value that is to be rates, such as `{"date": "2026-11-20", "source": "ECB", "rates": {"EUR": 1.08}}`. A rate of USD
 * must be 1: rates that are units for one dollar mostly have another and would turn every comparison upside down.
 *
 * @throws InvalidRates
 */
export function readRates(value: unknown): Rates {
  if (!Check(Rates, value)) {
    const [error] = Errors(Rates, value)
    throw new InvalidRates(`${error?.instancePath || 'rates'}: ${error?.message ?? 'is not valid'}`)
  }
  if (Number.isNaN(Date.parse(value.date))) throw new InvalidRates(`/date: ${value.date} is no day`)
  for (const code of Object.keys(value.rates)) {
    if (!isCurrency(code)) throw new InvalidRates(`/rates/${code}: expected an ISO 4217 code in upper case`)
  }
  if ((value.rates['USD'] ?? 1) !== 1)
    throw new InvalidRates('/rates/USD: rates are US dollars for one unit, so that of USD is 1')
  return value
}
