import { type Static, Type } from 'glyphsieve/typebox'

/** Most characters of a title: as many as a listing keeps of it. */
export const MAX_TITLE_CHARACTERS = 2000

/** What `POST /api/match` takes. */
export const Titles = Type.Array(
  Type.String({ maxLength: MAX_TITLE_CHARACTERS, description: 'A title as its marketplace printed it.' }),
  { minItems: 1, description: 'Titles of offers.' },
)

/** A piece of a title on which a match rests. */
const MatchEvidence = Type.Object(
  {
    text: Type.String({ description: 'The piece, as it stands in the title.' }),
    start: Type.Integer({ minimum: 0, description: 'Where it begins in the title, in UTF-16 code units.' }),
    end: Type.Integer({ minimum: 0, description: 'Where it ends; the unit at this place is not part of it.' }),
    means: Type.String({ description: 'What it says.' }),
  },
  { title: 'MatchEvidence', additionalProperties: false, description: 'A piece of the title on which the match rests.' },
)

/** What a title sells. Members that say nothing are absent. */
export const TitleMatch = Type.Object(
  {
    title: Type.String({ description: 'The title as it was sent.' }),
    is_gpu: Type.Boolean({ description: 'Whether it sells a graphics card or accelerator.' }),
    kind: Type.Enum(
      [
        'gpu',
        'accessory',
        'parts',
        'box',
        'licence',
        'service',
        'wanted',
        'merchandise',
        'component',
        'video',
        'system',
        'lookalike',
        'other',
      ],
      { description: 'What kind of thing it sells.' },
    ),
    vendor: Type.Optional(Type.Enum(['nvidia', 'amd', 'intel', 'other'], { description: 'Maker of the chip.' })),
    model: Type.Optional(Type.String({ description: 'Canonical name. Absent: it is no such card, or which one is in doubt.' })),
    vram_gb: Type.Optional(
      Type.Number({ description: 'GiB a card: as stated, or the only size with which the model was sold.' }),
    ),
    lot_size: Type.Integer({ minimum: 1, description: 'How many it sells together.' }),
    condition: Type.Optional(
      Type.Enum(['new', 'refurbished', 'used', 'for_parts'], { description: 'Condition that the title states.' }),
    ),
    confidence: Type.Number({ minimum: 0, maximum: 1, description: 'How likely the answer is right.' }),
    evidence: Type.Array(MatchEvidence, { description: 'What the decision rests on.' }),
    reason: Type.Optional(Type.String({ description: 'Why there is no model, or why this is no such card.' })),
    warnings: Type.Optional(Type.Array(Type.String(), { description: 'What is odd about it.' })),
  },
  { title: 'TitleMatch', additionalProperties: false, description: 'What a title sells. Absent members are left out.' },
)
export type TitleMatch = Static<typeof TitleMatch>

/** What the titles of a request sell. */
export const MatchedTitles = Type.Object(
  { items: Type.Array(TitleMatch, { minItems: 1, description: 'A match a title, in the order of the titles.' }) },
  { title: 'MatchedTitles', additionalProperties: false },
)
