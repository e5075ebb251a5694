import { catalogEntries, variantsOf } from '../dist/catalog.js'
import type { CatalogEntry } from '../dist/catalog-entry.js'

/** How sellers speak of a model. */
export interface Spoken {
  /** The name that a title gives which says as much as `names` do. */
  model: string
  /** The words of the name, the usual way first. */
  names: string[][]
  /** Ways that are no card by themselves, only with a word for graphics cards or a size of memory. */
  bare: string[][]
  /** Whether the words of the usual way are also written as one. */
  glues: boolean
  /** Titles that no rule makes. */
  also: string[]
  /** Sizes of memory that may stand beside the name, GiB. */
  sizes: number[]
  vendor: CatalogEntry['vendor']
}

/** The models of the catalog that no other name stands for. */
export const MODELS: readonly string[] = [
  ...new Set(
    catalogEntries()
      .filter(({ variants_of_family }) => variants_of_family === undefined)
      .map(({ model }) => model),
  ),
]

const words = (text: string) => text.split(' ').filter((word) => word !== '')
const ways = (...texts: string[]) => texts.map(words)

type Rule = [
  pattern: RegExp,
  speak: (...groups: string[]) => Partial<Omit<Spoken, 'names' | 'bare'>> & { names: string[]; bare?: string[] },
]

const ending = (text: string) =>
  text
    .split('_')
    .map((word) => (word === 'TI' ? 'Ti' : word))
    .join(' ')
/** Whether models of several series have this number, so that it takes the series to tell them apart. */
const isShared = (number: string) => number === '240' || number === '645' || number === '550'
const isBusNamed = /^(V100|A100|A800|H100|H800|H200)_([A-Z]+\d?)_(\d+GB)$/

const RULES: Rule[] = [
  [
    /^(?:RTX|GTX|QUADRO|T)_?(?:PRO_)?[A-Z0-9_]+_MXM$/,
    () => ({ names: [] }), // derived from the name without MXM
  ],
  [
    /^(RTX)_(\d{4})(?:_(TI))?_MOBILE$/,
    (series, number, ti = '') => ({
      names: [
        `${series} ${number} ${ending(ti)} Mobile`,
        `GeForce ${series} ${number} ${ending(ti)} Mobile`,
        `NVIDIA GeForce ${series} ${number} ${ending(ti)} Mobile`,
        ...(ti === '' ? [`${series} ${number}M`, `GeForce ${series} ${number}M`, `NVIDIA ${series} ${number}M`] : []),
      ],
    }),
  ],
  [
    /^(RTX|GTX|GTS|GT)_(\d{3,4}M?X?)((?:_(?:TI|SUPER|BOOST|SE|D|V2))*)$/,
    (series, number, rest) => {
      const end = ending(rest.slice(1))
      const all = [series, number, end].join(' ')
      return {
        names: [
          all,
          `GeForce ${all}`,
          `NVIDIA GeForce ${all}`,
          `NVIDIA ${all}`,
          ...(isShared(number) ? [] : [`GeForce ${number} ${end}`]),
        ],
        bare: /^\d{4}$/.test(number) || end === 'Ti' ? [`${number} ${end}`] : [],
        also: [
          ...(end === 'Ti' || end === 'Ti SUPER' ? [`${series} Ti ${number} ${end.slice(3)}`.trim()] : []),
          `GeForce® ${series}™ ${number} ${end}`.trim(),
          `${series} ${number}${end}`,
        ],
      }
    },
  ],
  [
    /^GEFORCE_9800_GTX_PLUS$/,
    () => ({
      names: ['GeForce 9800 GTX+', 'NVIDIA GeForce 9800 GTX+', 'GeForce 9800 GTX Plus', '9800 GTX+ GeForce'],
      glues: false,
    }),
  ],
  [
    /^GEFORCE_(G?\d{3,4})(?:_([A-Z0-9]+))?$/,
    (number, end = '') => ({
      names: [`GeForce ${number} ${end}`, `NVIDIA GeForce ${number} ${end}`, `nVidia Geforce ${number} ${end}`],
      also: [`GeForce ${number}${end}`, `Geforce® ${number} ${end}`.trim()],
    }),
  ],
  [/^GTX_TITAN$/, () => ({ names: ['GTX Titan', 'GeForce GTX Titan', 'NVIDIA GeForce GTX Titan', 'NVIDIA GTX TITAN'] })],
  [
    /^GTX_TITAN_(BLACK|X|Z)$/,
    (end) => ({
      names: [`GTX Titan ${end}`, `GeForce GTX Titan ${end}`, `NVIDIA GeForce GTX Titan ${end}`, `NVIDIA GTX TITAN ${end}`],
    }),
  ],
  [
    /^TITAN_X_PASCAL$/,
    () => ({
      names: ['Titan X Pascal', 'NVIDIA Titan X Pascal', 'NVIDIA TITAN X (Pascal)', 'GeForce Titan X Pascal', 'Pascal Titan X'],
      glues: false,
    }),
  ],
  [/^TITAN_XP$/, () => ({ names: ['Titan Xp', 'NVIDIA Titan Xp', 'NVIDIA TITAN XP', 'GeForce Titan Xp'] })],
  [
    /^TITAN_(V|RTX)$/,
    (end) => ({ names: [`Titan ${end}`, `NVIDIA Titan ${end}`, `NVIDIA TITAN ${end}`, `nVidia Titan ${end}`] }),
  ],
  [/^QUADRO_GP100$/, () => ({ names: ['Quadro GP100', 'NVIDIA Quadro GP100', 'PNY Quadro GP100'], bare: ['GP100'] })],
  [
    /^QUADRO_RTX_(\d{4})$/,
    (number) => ({
      names: [
        `Quadro RTX ${number}`,
        `NVIDIA Quadro RTX ${number}`,
        `nVidia Quadro RTX ${number}`,
        `RTX ${number} Turing`,
        `PNY Quadro RTX ${number}`,
      ],
    }),
  ],
  [
    /^QUADRO_FX_(\d{3,4})$/,
    (number) => ({ names: [`Quadro FX ${number}`, `NVIDIA Quadro FX ${number}`, `Quadro FX${number}`, `NVIDIA FX ${number}`] }),
  ],
  [
    /^QUADRO_(\d{3,4}D?)$/,
    (number) => ({ names: [`Quadro ${number}`, `NVIDIA Quadro ${number}`, `nVidia Quadro ${number}`, `PNY Quadro ${number}`] }),
  ],
  [
    /^QUADRO_([KMP])(\d{3,4}[MD]?)$/,
    (letter, number) => ({
      names: [
        `Quadro ${letter}${number}`,
        `NVIDIA Quadro ${letter}${number}`,
        `NVIDIA ${letter}${number}`,
        `Quadro ${letter} ${number}`,
        `PNY Quadro ${letter}${number}`,
      ],
      bare: [`${letter}${number}`],
      also: [`Quadro ${letter}-${number}`],
    }),
  ],
  [
    /^NVS_(\d{3})$/,
    (number) => ({ names: [`NVS ${number}`, `NVIDIA NVS ${number}`, `Quadro NVS ${number}`, `NVIDIA Quadro NVS ${number}`] }),
  ],
  [
    /^RTX_(A\d{3,4})$/,
    (number) => ({
      names: [
        `RTX ${number}`,
        `NVIDIA RTX ${number}`,
        `Quadro RTX ${number}`,
        `NVIDIA Quadro RTX ${number}`,
        `NVIDIA ${number}`,
      ],
      bare: [`${number}`],
      also: [`RTX ${number[0]} ${number.slice(1)}`],
    }),
  ],
  [
    /^RTX_(\d{4})_ADA$/,
    (number) => ({
      names: [
        `RTX ${number} Ada`,
        `NVIDIA RTX ${number} Ada`,
        `RTX ${number} Ada Generation`,
        `NVIDIA RTX ${number} Ada Generation`,
        `Quadro RTX ${number} Ada`,
        `RTX ${number} Ada Lovelace`,
        `RTX Ada ${number}`,
      ],
    }),
  ],
  [
    /^RTX_(\d{4})_SFF_ADA$/,
    (number) => ({
      names: [
        `RTX ${number} SFF Ada`,
        `NVIDIA RTX ${number} SFF Ada`,
        `RTX ${number} SFF Ada Generation`,
        `NVIDIA RTX ${number} SFF Ada Generation`,
        `RTX ${number} Ada SFF`,
      ],
      glues: false,
    }),
  ],
  [
    /^RTX_PRO_(\d{4})_BLACKWELL$/,
    (number) => ({
      names: [
        `RTX PRO ${number} Blackwell`,
        `NVIDIA RTX PRO ${number} Blackwell`,
        `RTX PRO ${number}`,
        `NVIDIA RTX PRO ${number}`,
        `RTX PRO${number} Blackwell`,
        `RTX ${number} Blackwell`,
        `Quadro RTX PRO ${number} Blackwell`,
      ],
    }),
  ],
  [
    /^RTX_PRO_(\d{4})_SFF_BLACKWELL$/,
    (number) => ({
      names: [
        `RTX PRO ${number} SFF Blackwell`,
        `RTX PRO ${number} Blackwell SFF`,
        `NVIDIA RTX PRO ${number} Blackwell SFF Edition`,
        `NVIDIA RTX PRO ${number} SFF`,
      ],
      glues: false,
    }),
  ],
  [
    /^CMP_(\d+)HX$/,
    (number) => ({ names: [`CMP ${number}HX`, `NVIDIA CMP ${number}HX`, `CMP ${number} HX`], bare: [`${number}HX`] }),
  ],
  [/^CMP_100_210$/, () => ({ names: ['CMP 100-210', 'NVIDIA CMP 100-210', 'CMP 100 210'], glues: false })],
  [
    /^(P10\d)_(\d{3})$/,
    (chip, number) => ({
      names: [`${chip}-${number}`, `${chip} ${number}`, `NVIDIA ${chip}-${number}`, `GeForce ${chip}-${number}`],
      glues: false,
    }),
  ],
  [/^GRID_([KM]\d+)$/, (number) => ({ names: [`GRID ${number}`, `NVIDIA GRID ${number}`, `nVidia GRID ${number}`] })],
  [
    /^P100_([A-Z]+\d?)_(\d+GB)$/,
    (bus, size) => ({
      model: 'P100',
      names: [
        `Tesla P100 ${bus} ${size}`,
        `NVIDIA Tesla P100 ${size} ${bus}`,
        `P100 ${bus} ${size}`,
        `NVIDIA P100 ${size} ${bus}`,
      ],
      glues: false,
    }),
  ],
  [
    /^H20(?:_SXM5_96GB)?$/,
    () => ({
      model: 'H20',
      names: [
        'NVIDIA H20',
        'H20 96GB',
        'NVIDIA H20 96GB HBM3',
        'H20 SXM5 96GB',
        'NVIDIA H20 SXM5',
        'NVIDIA Tesla H20',
        'Tesla H20',
      ],
      bare: ['H20'],
      glues: false,
    }),
  ],
  [
    isBusNamed,
    (base, bus, size) => {
      const spoken = bus === 'FHHL' ? 'PCIE' : bus
      return {
        model: `${base}_${spoken}_${size}`,
        names: [
          `${base} ${bus} ${size}`,
          `NVIDIA ${base} ${bus} ${size}`,
          `NVIDIA ${base} ${size} ${bus}`,
          `${base} ${size} ${bus}`,
          `${size} ${base} ${bus}`,
          `NVIDIA Tesla ${base} ${bus} ${size}`,
          `Tesla ${base} ${size} ${bus}`,
        ],
        glues: false,
        sizes: [],
      }
    },
  ],
  [
    /^(GH200|GB[23]00)$/,
    (number) => ({
      names: [
        `NVIDIA ${number}`,
        `NVIDIA ${number} Grace ${number.startsWith('GH') ? 'Hopper' : 'Blackwell'}`,
        `nVidia ${number}`,
        `NVIDIA ${number} Superchip`,
      ],
      glues: false,
    }),
  ],
  [
    /^([A-Z]{1,2}\d{1,4}[A-Z]?)$/,
    (number) => ({
      names: [
        `NVIDIA ${number}`,
        ...(/^[TA]\d{3,4}$/.test(number) && number !== 'A100'
          ? [`NVIDIA Quadro ${number}`, `Quadro ${number}`]
          : [`Tesla ${number}`, `NVIDIA Tesla ${number}`, `nVidia Tesla ${number}`]),
      ],
      bare: [number],
      also: /^[TA]\d{3,4}$/.test(number) ? [] : [`Tesla-${number}`, `Tesla${number}`],
      glues: false,
    }),
  ],
  [
    /^RX_VEGA_(\d+)$/,
    (number) => ({
      names: [
        `RX Vega ${number}`,
        `Radeon RX Vega ${number}`,
        `AMD Radeon RX Vega ${number}`,
        `Vega ${number}`,
        `AMD Vega ${number}`,
        `Radeon Vega ${number}`,
      ],
    }),
  ],
  [
    /^RX_580_2048SP$/,
    () => ({
      names: ['RX 580 2048SP', 'Radeon RX 580 2048SP', 'AMD Radeon RX 580 2048SP', 'AMD RX 580 2048SP', 'RX580 2048SP'],
      glues: false,
    }),
  ],
  [
    /^RX_(\d{3,4}[MD]?)(?:_([A-Z]+))?$/,
    (number, end = '') => ({
      names: [
        `RX ${number} ${end}`,
        `Radeon RX ${number} ${end}`,
        `AMD Radeon RX ${number} ${end}`,
        `AMD RX ${number} ${end}`,
        ...(isShared(number) ? [] : [`Radeon ${number} ${end}`]),
      ],
      bare: number.length === 4 && /^XTX?$/.test(end) ? [`${number} ${end}`] : [],
      also: [`RX ${number}${end}`, `Radeon™ RX ${number} ${end}`.trim()],
    }),
  ],
  [
    /^R9_(FURY|NANO)(?:_(X))?$/,
    (name, end = '') => ({
      names: [`R9 ${name} ${end}`, `Radeon R9 ${name} ${end}`, `AMD Radeon R9 ${name} ${end}`, `AMD R9 ${name} ${end}`],
      glues: false,
    }),
  ],
  [
    /^R([579])_(\d{3})([A-Z]\d?)?$/,
    (series, number, end = '') => ({
      names: [
        `R${series} ${number}${end}`,
        `Radeon R${series} ${number}${end}`,
        `AMD Radeon R${series} ${number}${end}`,
        `AMD R${series} ${number}${end}`,
        `AMD R${series}-${number}${end}`,
      ],
      glues: false,
      also: end === 'X' ? [`R${series} ${number} X`] : [],
    }),
  ],
  [
    /^RADEON_HD_(\d{4})(?:_(\w+))?$/,
    (number, end = '') => ({
      names: [
        `Radeon HD ${number} ${end}`,
        `AMD Radeon HD ${number} ${end}`,
        `HD ${number} ${end}`,
        `AMD HD ${number} ${end}`,
        `ATI Radeon HD ${number} ${end}`,
        `Radeon HD${number} ${end}`,
      ],
      also: [`HD${number} ${end}`.trim()],
    }),
  ],
  [/^RADEON_550$/, () => ({ names: ['Radeon 550', 'AMD Radeon 550', 'ATI Radeon 550'] })],
  [/^RADEON_VII$/, () => ({ names: ['Radeon VII', 'AMD Radeon VII', 'Sapphire Radeon VII'] })],
  [
    /^RADEON_PRO_(VII|DUO|SSG)$/,
    (end) => ({ names: [`Radeon Pro ${end}`, `AMD Radeon Pro ${end}`, `AMD Pro ${end}`], glues: false }),
  ],
  [
    /^RADEON_PRO_VEGA_II(?:_(DUO))?$/,
    (end = '') => ({
      names: [`Radeon Pro Vega II ${end}`, `AMD Radeon Pro Vega II ${end}`, `Apple Radeon Pro Vega II ${end}`],
      glues: false,
    }),
  ],
  [
    /^RADEON_VEGA_FRONTIER_EDITION$/,
    () => ({
      names: [
        'Radeon Vega Frontier Edition',
        'AMD Radeon Vega Frontier Edition',
        'AMD Vega Frontier Edition',
        'Vega Frontier Edition',
        'Radeon Vega Frontier',
      ],
      glues: false,
    }),
  ],
  [
    /^RADEON_AI_PRO_(R\d+[A-Z]?)$/,
    (number) => ({
      names: [`Radeon AI PRO ${number}`, `AMD Radeon AI PRO ${number}`, `AMD AI PRO ${number}`, `AMD Radeon ${number}`],
      glues: false,
    }),
  ],
  [
    /^RADEON_PRO_WX_(\d{4})$/,
    (number) => ({
      names: [
        `Radeon Pro WX ${number}`,
        `AMD Radeon Pro WX ${number}`,
        `Radeon Pro WX${number}`,
        `AMD WX ${number}`,
        `AMD WX${number}`,
      ],
      bare: [`WX ${number}`, `WX${number}`],
    }),
  ],
  [
    /^RADEON_PRO_([WV]\d+X?)(?:_(DUO))?$/,
    (number, end = '') => ({
      names: [
        `Radeon Pro ${number} ${end}`,
        `AMD Radeon Pro ${number} ${end}`,
        `AMD ${number} ${end}`,
        `AMD Pro ${number} ${end}`,
      ],
      bare: number.length === 5 && end === '' ? [number] : [],
    }),
  ],
  [
    /^FIREPRO_([A-Z]?\d+X?)(?:_(X2))?$/,
    (number, end = '') => ({
      names: [
        `FirePro ${number} ${end}`,
        `AMD FirePro ${number} ${end}`,
        `ATI FirePro ${number} ${end}`,
        `AMD Fire Pro ${number} ${end}`,
      ],
      glues: end === '',
    }),
  ],
  [
    /^INSTINCT_(MI)(\d+[A-Z]?)$/,
    (letters, number) => ({
      names: [
        `Instinct ${letters}${number}`,
        `AMD Instinct ${letters}${number}`,
        `Radeon Instinct ${letters}${number}`,
        `AMD Radeon Instinct ${letters}${number}`,
        `AMD ${letters}${number}`,
        `Instinct ${letters} ${number}`,
      ],
      bare: [`${letters}${number}`],
      also: [`AMD ${letters}-${number}`],
    }),
  ],
  [
    /^ARC_([AB]\d+)$/,
    (number) => ({ names: [`Arc ${number}`, `Intel Arc ${number}`, `Intel ${number}`, `INTEL ARC™ ${number}`] }),
  ],
  [
    /^ARC_PRO_([AB]\d+)(?:_(DUAL))?$/,
    (number, end = '') => ({
      names: [`Arc Pro ${number} ${end}`, `Intel Arc Pro ${number} ${end}`, `Intel Arc™ Pro ${number} ${end}`],
      glues: end === '',
    }),
  ],
  [
    /^(FLEX|MAX)_(\d+)$/,
    (name, number) => ({
      names: [
        `Intel ${name} ${number}`,
        `Intel Data Center GPU ${name} ${number}`,
        `Intel Datacenter GPU ${name} ${number}`,
        `Data Center GPU ${name} ${number} Intel`,
      ],
      glues: false,
    }),
  ],
  [/^INTEL_DG1$/, () => ({ names: ['Intel DG1', 'Intel Iris Xe DG1', 'Intel DG-1'], glues: false })],
  [/^MATROX_QID$/, () => ({ names: ['Matrox QID', 'Matrox Graphics QID'], glues: false })],
  [
    /^MATROX_([A-Z0-9_]+)$/,
    (rest) => {
      const name = rest.replaceAll('_', ' ').replace('LUMA', 'Luma').replace('PLUS', 'Plus')
      return { names: [`Matrox ${name}`, `Matrox Graphics ${name}`, `matrox ${name}`], glues: false }
    },
  ],
]

/** How sellers name a model of the catalog. */
export function spokenOf(model: string): Spoken {
  const variants = variantsOf(model)
  const sizes = [...new Set(variants.flatMap(({ vram_gb }) => (vram_gb === null ? [] : [vram_gb])))]
  const vendor = variants[0]?.vendor ?? 'other'
  if (model.endsWith('_MXM')) {
    const plain = spokenOf(model.slice(0, -'_MXM'.length))
    const names = plain.names.flatMap((name) => [
      [...name, 'MXM'],
      ['MXM', ...name],
    ])
    return { ...plain, model, names, bare: [], also: [], glues: false, sizes }
  }
  for (const [pattern, speak] of RULES) {
    const groups = pattern.exec(model)?.slice(1)
    if (groups === undefined) continue
    const { names, bare = [], ...rest } = speak(...groups)
    const modules = variants.every(({ form_factor }) => form_factor === 'mxm') ? names.map((name) => `${name} MXM`) : []
    return { model, glues: true, also: [], sizes, vendor, ...rest, names: ways(...names, ...modules), bare: ways(...bare) }
  }
  throw new Error(`nothing says how sellers name ${model}`)
}

export const sizeText = (gib: number, unit = 'GB') => (gib < 1 ? `${gib * 1024}MB` : `${gib}${unit}`)

const alternating = (text: string) =>
  [...text].map((letter, index) => (index % 2 === 0 ? letter.toLowerCase() : letter.toUpperCase())).join('')

/** The name in every spelling: with other cases and other signs between its words. */
export function writingsOf({ names, glues, also }: Spoken): string[] {
  const [usual = []] = names
  const spaced = names.map((name) => name.join(' '))
  return [
    ...new Set([
      ...spaced,
      ...spaced.map((name) => name.toLowerCase()),
      ...spaced.map((name) => name.toUpperCase()),
      ...also,
      ...names.slice(0, 3).flatMap((name) => [name.join('-'), name.join('_'), name.join('  '), alternating(name.join(' '))]),
      ...(glues ? [usual.join(''), usual.join('').toUpperCase(), usual.join('').toLowerCase()] : []),
    ]),
  ]
}

const MAKERS: Record<CatalogEntry['vendor'], string[]> = {
  nvidia: ['ASUS', 'MSI', 'Gigabyte', 'PNY'],
  amd: ['Sapphire', 'XFX', 'ASUS', 'PowerColor'],
  intel: ['ASRock', 'Sparkle', 'Acer', 'Gunnir'],
  other: ['HP', 'Dell', 'Fujitsu', 'Lenovo'],
}

/** Titles around a name, with words that say nothing of the model. */
export function settingsOf(name: string, vendor: CatalogEntry['vendor']): string[] {
  const [first = '', second = '', third = '', fourth = ''] = MAKERS[vendor]
  return [
    `${name} graphics card`,
    `${first} ${name} GPU, tested and working`,
    `${second} ${name} OC dual fan`,
    `Used ${name} video card pulled from a working PC`,
    `graphics card ${third} ${name}`,
    `*** ${name} GPU *** FREE SHIPPING ***`,
    `🔥🔥 ${name} GPU 🔥🔥`,
    `Grafikkarte ${fourth} ${name} gebraucht, sehr guter Zustand`,
    `Carte graphique ${name} occasion, très bon état`,
    `Scheda video ${name} usata, perfettamente funzionante`,
    `Tarjeta gráfica ${name} segunda mano`,
    `Placa de vídeo ${name} usada`,
    `Karta graficzna ${name} używana, sprawna`,
    `Grafická karta ${name}, 100% stav`,
    `Видеокарта ${name} б/у, в отличном состоянии`,
    `${name} 显卡 二手 成色好`,
    `【中古】${name} グラフィックボード 動作確認済み`,
    `${name} 그래픽카드 중고`,
    `Videokaart ${name} gebruikt`,
    `Grafikkort ${name} begagnat`,
    `Ekran kartı ${name} ikinci el`,
  ]
}

/** Titles that name the card together with the size of its memory. */
export function sizedSettingsOf(name: string, gib: number, vendor: CatalogEntry['vendor']): string[] {
  const [first = '', second = ''] = MAKERS[vendor]
  const size = sizeText(gib)
  return [
    `${name} ${size}`,
    `${size} ${name}`,
    `${first} ${name} ${size} graphics card`,
    `${second} ${name} ${sizeText(gib, 'G')} OC`,
    `${name} ${sizeText(gib, ' GB')} VRAM, used`,
    `Видеокарта ${name} ${sizeText(gib, ' Гб')}`,
    `Carte graphique ${name} ${sizeText(gib, ' Go')}`,
    `${first} ${name}-${sizeText(gib, 'G')}`,
  ]
}
