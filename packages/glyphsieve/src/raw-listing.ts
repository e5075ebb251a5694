import { type Static, Type } from './typebox.ts'

const text = (description: string) => Type.Optional(Type.String({ description }))

/** One offer as its marketplace printed it. Untrusted, and never rewritten: a better matcher must be able to start over from it. */
export const RawListing = Type.Object(
  {
    title: Type.String({ description: 'Title exactly as printed.' }),
    price_text: text('Price exactly as printed, such as `US $1,299.00`; a number of JSON in its shortest form.'),
    currency: text('What a column of its own, or the name of the price column (`Price_USD`), says about the currency.'),
    shipping_text: text('Cost of shipping as printed.'),
    condition_text: text('Condition as printed, such as `Used - Like New`.'),
    quantity_text: text('How many are on offer as printed, such as `3 available` or `Unavailable`.'),
    listing_source: text('Marketplace or shop the offer was seen on.'),
    listing_id: text("The source's own id of the offer."),
    seller: text('Who sells it.'),
    region: text('Where it is sold.'),
    source_url: text('Address of the offer.'),
    seen_at: text('When the offer was observed, as printed.'),
    extra: Type.Optional(
      Type.Record(Type.String(), Type.String(), { description: 'Columns of other names, with their text.' }),
    ),
  },
  { description: 'One offer as its marketplace printed it.' },
)
export type RawListing = Static<typeof RawListing>
