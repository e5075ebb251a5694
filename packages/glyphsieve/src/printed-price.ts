import { type Static, Type } from './typebox.ts'

export const PriceKind = Type.Enum(['price', 'range', 'auction', 'quote', 'free', 'invalid'], {
  description:
    'What was printed: a price; a range or a lower bound; a bid; an invitation to ask; a gift; nothing that states an asking price.',
})
export type PriceKind = Static<typeof PriceKind>

export const PrintedPrice = Type.Object(
  {
    amount: Type.Union([Type.Number({ minimum: 0 }), Type.Null()], {
      description: 'The price, the lower end of a range, the bid, 0 for a gift; null where none is known.',
    }),
    currency: Type.Union([Type.String({ format: 'iso-4217' }), Type.Null()], {
      description: 'ISO 4217 code of `amount`; null where neither the text nor what surrounds it names one.',
    }),
    kind: PriceKind,
    reason: Type.Union([Type.String(), Type.Null()], {
      description: 'Null for a price; else what was found, and why it is none.',
    }),
  },
  { description: 'What a printed price says.' },
)
export type PrintedPrice = Static<typeof PrintedPrice>
