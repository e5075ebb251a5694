const KINDS = ['gpu', 'accessory', 'system', 'parts', 'box', 'licence', 'service', 'wanted', 'lookalike'] as const
export type SimulatedKind = (typeof KINDS)[number]

export interface Market {
  name: string
  /** Address of an offer without its id. */
  offers: string
  idPrefix: string
  language: 'en' | 'de'
  currency: 'USD' | 'EUR'
  /** Whether the currency stands in a column of its own, and not at the price. */
  currencyApart: boolean
  sells: 'anything' | 'stock'
  regions: readonly string[]
  /** Prints an amount in cents. */
  prices: readonly ((cents: number) => string)[]
}

export const english = (cents: number) => decimal(cents, ',', '.')
export const german = (cents: number) => decimal(cents, '.', ',')
const whole = (cents: number, separator: string) => grouped(Math.floor(cents / 100), separator)

export const MARKETS: readonly Market[] = [
  {
    name: 'Bidhollow',
    offers: 'https://www.bidhollow.example/itm/',
    idPrefix: '',
    language: 'en',
    currency: 'USD',
    currencyApart: false,
    sells: 'anything',
    regions: ['United States', 'California, US', 'Texas, US', 'Canada', 'Hong Kong', 'China'],
    prices: [
      (cents) => `US $${english(cents)}`,
      (cents) => `$${english(cents)}`,
      (cents) => `$${english(cents)} or Best Offer`,
    ],
  },
  {
    name: 'Swapyard',
    offers: 'https://swapyard.example/t/',
    idPrefix: 'sy',
    language: 'en',
    currency: 'USD',
    currencyApart: false,
    sells: 'anything',
    regions: ['USA-CA', 'USA-NY', 'USA-OH', 'USA-WA', 'USA-FL'],
    prices: [
      (cents) => `$${whole(cents, '')} shipped`,
      (cents) => `$${whole(cents, ',')} OBO`,
      (cents) => `asking $${whole(cents, '')}`,
      (cents) => `${whole(cents, '')} USD`,
    ],
  },
  {
    name: 'Rackreturn',
    offers: 'https://shop.rackreturn.example/products/',
    idPrefix: 'RR-',
    language: 'en',
    currency: 'USD',
    currencyApart: false,
    sells: 'stock',
    regions: ['US', 'US domestic'],
    prices: [(cents) => `$${english(cents)}`, (cents) => `$${whole(cents, ',')}`, (cents) => `USD ${english(cents)}`],
  },
  {
    name: 'Fleapost',
    offers: 'https://fleapost.example/ad/',
    idPrefix: 'F',
    language: 'en',
    currency: 'USD',
    currencyApart: true,
    sells: 'anything',
    regions: ['Portland', 'Austin', 'Boston', 'Denver'],
    prices: [(cents) => whole(cents, ''), (cents) => decimal(cents, '', '.'), english],
  },
  {
    name: 'Platinenhof',
    offers: 'https://www.platinenhof.example/anzeige/',
    idPrefix: '',
    language: 'de',
    currency: 'EUR',
    currencyApart: false,
    sells: 'anything',
    regions: ['Berlin', 'Hamburg', '80331 München', 'Wien', 'Zürich'],
    prices: [
      (cents) => `${whole(cents, '.')} € VB`,
      (cents) => `${whole(cents, '.')} €`,
      (cents) => `VB ${whole(cents, '.')} €`,
    ],
  },
  {
    name: 'Silizio',
    offers: 'https://silizio.example/p/',
    idPrefix: 'SLZ',
    language: 'de',
    currency: 'EUR',
    currencyApart: false,
    sells: 'stock',
    regions: ['DE', 'AT', 'NL'],
    prices: [(cents) => `${german(cents)} €`, (cents) => `€ ${german(cents)}`, (cents) => `EUR ${german(cents)}`],
  },
  {
    name: 'Corebarn',
    offers: 'https://www.corebarn.example/listing/',
    idPrefix: 'CB',
    language: 'en',
    currency: 'USD',
    currencyApart: false,
    sells: 'anything',
    regions: ['Ohio', 'Nevada', 'Ontario, Canada', 'Taiwan'],
    prices: [
      (cents) => `$${english(cents)}`,
      (cents) => `${whole(cents, '')} USD OBO`,
      (cents) => `$${whole(cents, ',')} firm`,
    ],
  },
  {
    name: 'Gridmart',
    offers: 'https://gridmart.example/item/',
    idPrefix: 'GM-',
    language: 'en',
    currency: 'USD',
    currencyApart: true,
    sells: 'stock',
    regions: ['US', 'US-West', 'US-East'],
    prices: [english, (cents) => decimal(cents, '', '.')],
  },
  {
    name: 'Tinkerlist',
    offers: 'https://tinkerlist.example/offers/',
    idPrefix: 'T',
    language: 'en',
    currency: 'USD',
    currencyApart: false,
    sells: 'anything',
    regions: ['Seattle', 'Chicago', 'Atlanta', 'Phoenix'],
    prices: [(cents) => `US$${whole(cents, ',')}`, (cents) => `$${whole(cents, '')} shipped`],
  },
  {
    name: 'Kartenbasar',
    offers: 'https://kartenbasar.example/angebot/',
    idPrefix: 'KB',
    language: 'de',
    currency: 'EUR',
    currencyApart: false,
    sells: 'anything',
    regions: ['Köln', 'Leipzig', 'Graz', 'Basel'],
    prices: [(cents) => `${german(cents)} €`, (cents) => `${whole(cents, '.')} € VB`, (cents) => `EUR ${whole(cents, '.')}`],
  },
  {
    name: 'Serverkeller',
    offers: 'https://www.serverkeller.example/artikel/',
    idPrefix: 'SK-',
    language: 'de',
    currency: 'EUR',
    currencyApart: false,
    sells: 'stock',
    regions: ['DE', 'AT', 'CH'],
    prices: [(cents) => `${german(cents)} EUR`, (cents) => `€ ${german(cents)}`],
  },
  {
    name: 'Volthaus',
    offers: 'https://volthaus.example/p/',
    idPrefix: 'VH',
    language: 'de',
    currency: 'EUR',
    currencyApart: true,
    sells: 'stock',
    regions: ['DE', 'BE', 'LU'],
    prices: [german, (cents) => decimal(cents, '', ',')],
  },
]

function decimal(cents: number, separator: string, point: string): string {
  return `${whole(cents, separator)}${point}${`${cents % 100}`.padStart(2, '0')}`
}

function grouped(amount: number, separator: string): string {
  if (amount < 1000) return `${amount}`
  return `${grouped(Math.floor(amount / 1000), separator)}${separator}${`${amount % 1000}`.padStart(3, '0')}`
}

type Line = 'geforce' | 'nvidia' | 'tesla' | 'radeon' | 'amd' | 'intel'

/** Words in front of the model. `tesla` and `amd` always have one: `L4 24GB` alone could be anything. */
export const LEADS: Record<Line, readonly string[]> = {
  geforce: ['', '', 'GeForce', 'NVIDIA GeForce', 'NVIDIA', 'Nvidia Geforce'],
  nvidia: ['', 'NVIDIA', 'NVIDIA', 'Nvidia'],
  tesla: ['NVIDIA', 'Tesla', 'NVIDIA Tesla', 'nVidia Tesla'],
  radeon: ['', 'Radeon', 'AMD Radeon', 'AMD'],
  amd: ['AMD', 'AMD', 'Amd'],
  intel: ['Intel', 'INTEL', 'intel'],
}

const SERVER_BRANDS: readonly [string, string][] = ['', '', 'Dell', 'HP', 'HPE', 'Lenovo', 'Supermicro'].map((brand) => [
  brand,
  '',
])

/** Brands of the boards with their names for coolers. `Ventus 2X` has two fans and is not a lot of two. */
export const BRANDS: Record<Line, readonly [brand: string, cooler: string][]> = {
  geforce: branded(`ASUS:TUF Gaming|ROG Strix|Dual OC|Phoenix;MSI:Gaming X Trio|Ventus 2X|Ventus 3X OC|Suprim X;
    Gigabyte:Gaming OC|Windforce OC|Eagle|Aorus Master;ZOTAC:Trinity|Twin Edge OC|AMP Holo;EVGA:FTW3 Ultra|XC3|SC;
    Palit:GamingPro|JetStream;Gainward:Phoenix|Ghost;KFA2:EX Gamer;INNO3D:iChill X3|Twin X2;PNY:XLR8|Verto;
    NVIDIA:Founders Edition`),
  nvidia: branded('PNY:;HP:;Dell:;Lenovo:;Leadtek:'),
  tesla: SERVER_BRANDS,
  radeon: branded(`Sapphire:Nitro+|Pulse;PowerColor:Red Devil|Hellhound|Fighter;XFX:Speedster MERC 319|SWFT 210|QICK 308;
    ASRock:Phantom Gaming|Challenger;ASUS:TUF Gaming|Dual;MSI:Mech 2X|Gaming X;Gigabyte:Gaming OC|Eagle`),
  amd: SERVER_BRANDS,
  intel: branded('ASRock:Challenger|Steel Legend;Sparkle:Titan OC|Elf;Gunnir:Photon'),
}

function branded(list: string): [string, string][] {
  return list.split(/;\s*/).flatMap((entry) => {
    const [brand = '', coolers = ''] = entry.split(':')
    return coolers.split('|').map((cooler): [string, string] => [brand, cooler])
  })
}

export interface Card {
  model: string
  line: Line
  /** The model as listings write it, spaced, partly glued, glued, with hyphens. */
  spellings: readonly string[]
  vram_gb: number
  /** Level of the price of a used card that works, in USD: illustrative, no observation. */
  usd: number
  /** Memory that workshops put on such boards, in GB. */
  modified_gb: number | undefined
  /** The bus that the model's name has in the middle, as listings write it. */
  bus: string | undefined
  onlySize: boolean
}

/**
 * Line, model, name, then for each memory size GB:USD:weight, then `+` and the GB of a modified card. A bus in angle brackets
 * may be left out, which makes it the family of the model.
 */
const CARD_TABLE = `
geforce GT_710 GT 710 1:18:1 2:24:2
geforce GT_1030 GT 1030 2:45:2 4:48:1
geforce GTX_1050_TI GTX 1050 Ti 4:60:4
geforce GTX_1070 GTX 1070 8:85:4
geforce GTX_1080_TI GTX 1080 Ti 11:150:5
geforce GTX_1650 GTX 1650 4:80:4
geforce GTX_1660_SUPER GTX 1660 Super 6:105:5
geforce RTX_2060 RTX 2060 6:120:4 12:160:1
geforce RTX_2070_SUPER RTX 2070 Super 8:165:3
geforce RTX_2080_TI RTX 2080 Ti 11:240:4 +22
geforce RTX_3050 RTX 3050 6:140:2 8:145:3
geforce RTX_3060 RTX 3060 8:175:2 12:215:8
geforce RTX_3060_TI RTX 3060 Ti 8:200:6
geforce RTX_3070 RTX 3070 8:225:6 +16
geforce RTX_3080 RTX 3080 10:300:6 12:350:2 +20
geforce RTX_3080_TI RTX 3080 Ti 12:380:3
geforce RTX_3090 RTX 3090 24:720:9
geforce RTX_3090_TI RTX 3090 Ti 24:860:2
geforce RTX_4060 RTX 4060 8:235:5
geforce RTX_4060_TI RTX 4060 Ti 8:300:4 16:390:4
geforce RTX_4070_SUPER RTX 4070 Super 12:480:4
geforce RTX_4070_TI_SUPER RTX 4070 Ti Super 16:690:3
geforce RTX_4080_SUPER RTX 4080 Super 16:900:3
geforce RTX_4090 RTX 4090 24:1950:7 +48
geforce RTX_5060_TI RTX 5060 Ti 8:330:2 16:430:4
geforce RTX_5070 RTX 5070 12:540:4
geforce RTX_5070_TI RTX 5070 Ti 16:780:4
geforce RTX_5080 RTX 5080 16:1080:4
geforce RTX_5090 RTX 5090 32:2900:5
nvidia T1000 T1000 4:190:1 8:270:2
nvidia QUADRO_P4000 Quadro P4000 8:110:2
nvidia QUADRO_RTX_5000 Quadro RTX 5000 16:430:2
nvidia QUADRO_RTX_8000 Quadro RTX 8000 48:1900:2
nvidia RTX_A2000 RTX A2000 6:230:2 12:330:3
nvidia RTX_A4000 RTX A4000 16:480:4
nvidia RTX_A5000 RTX A5000 24:1150:3
nvidia RTX_A6000 RTX A6000 48:3300:4
nvidia RTX_4000_ADA RTX 4000 Ada 20:1150:2
nvidia RTX_6000_ADA RTX 6000 Ada 48:6100:3
nvidia RTX_PRO_6000_BLACKWELL RTX PRO 6000 Blackwell 96:8100:3
tesla K80 K80 24:45:3
tesla M40 M40 12:55:1 24:85:2
tesla P40 P40 24:240:5
tesla T4 T4 16:560:4
tesla L4 L4 24:2100:2
tesla A10 A10 24:1900:1
tesla A40 A40 48:4100:2
tesla L40S L40S 48:7200:3
tesla V100_<SXM2>_16GB V100 16:160:3
tesla V100_<SXM2>_32GB V100 32:420:3
tesla V100_<PCIe>_16GB V100 16:380:2
tesla V100_<PCIe>_32GB V100 32:780:2
tesla A100_<SXM4>_40GB A100 40:2600:2
tesla A100_<PCIe>_40GB A100 40:4300:2
tesla A100_<PCIe>_80GB A100 80:10500:3
tesla H100_<PCIe>_80GB H100 80:21500:3
radeon RX_580 RX 580 4:45:2 8:60:5
radeon RX_5700_XT RX 5700 XT 8:125:3
radeon RX_6600 RX 6600 8:145:3
radeon RX_6700_XT RX 6700 XT 12:220:3
radeon RX_6800_XT RX 6800 XT 16:310:3
radeon RX_7800_XT RX 7800 XT 16:400:3
radeon RX_7900_XT RX 7900 XT 20:540:2
radeon RX_7900_XTX RX 7900 XTX 24:780:4
radeon RX_9070_XT RX 9070 XT 16:640:4
amd RADEON_VII Radeon VII 16:290:2
amd RADEON_PRO_W6800 Radeon Pro W6800 32:800:2
amd INSTINCT_MI50 Instinct MI50 16:150:2 32:290:3
amd INSTINCT_MI100 Instinct MI100 32:900:1
intel ARC_A770 Arc A770 8:180:1 16:240:3
intel ARC_B580 Arc B580 12:250:3
intel ARC_PRO_B50 Arc Pro B50 16:360:2
`

/** A line of the table: line, model, name, sizes, modified size. */
const CARD_ROW = /^(\w+) (\S+) (.+?)((?: \d+:\d+:\d+)+)(?: \+(\d+))?$/

/** Every card as many times as its weight says. */
export const WEIGHTED_CARDS: readonly Card[] = CARD_TABLE.trim().split('\n').flatMap(cardsOf)
export const CARDS: readonly Card[] = [...new Set(WEIGHTED_CARDS)]

function cardsOf(row: string): Card[] {
  const [, line = '', model = '', name = '', sizeList = '', modified] = CARD_ROW.exec(row) ?? []
  if (!isLine(line)) throw new RangeError(`no line of cards: ${row}`)
  const bus = /<(.+)>/.exec(model)?.[1]
  const sizes = sizeList.trim().split(' ')
  return sizes.flatMap((size) => {
    const [vram_gb = 0, usd = 0, weight = 0] = size.split(':').map(Number)
    const card: Card = {
      model: bus === undefined ? model : model.replace(`<${bus}>`, bus.toUpperCase()),
      line,
      spellings: [name, name, name, name, name.replace(' ', ''), name.replaceAll(' ', ''), name.replaceAll(' ', '-')],
      vram_gb,
      usd,
      modified_gb: modified === undefined ? undefined : Number(modified),
      bus,
      onlySize: sizes.length === 1,
    }
    return Array.from({ length: weight }, () => card)
  })
}

function isLine(text: string): text is Line {
  return Object.hasOwn(LEADS, text)
}

/** Name of the models that differ from this one in the bus only. */
export function familyOf({ model, bus = '' }: Card): string {
  return model.replace(`_${bus.toUpperCase()}`, '')
}

export interface Good {
  kind: SimulatedKind
  /** `{card}` is the name of a card, whichever. */
  title: string
  /** Level of the price in USD; 0 is a tenth of that card's. */
  usd: number
}

/** What is sold next to graphics cards. */
export const GOODS: readonly Good[] = goods(`
accessory 70 NVLink Bridge 3-Slot for {card}
accessory 110 Water block with backplate for {card} full cover
accessory 28 Replacement fan set for {card} 85mm
accessory 22 PCIe 4.0 x16 riser cable 20cm vertical GPU mount
accessory 14 GPU support bracket anti-sag holder ARGB
accessory 19 12VHPWR cable 600W for {card}
accessory 35 Heatsink and shroud only for {card}, no card
accessory 24 Rückplatte / Backplate für {card} (nur Backplate)
accessory 18 Low profile bracket for {card}
accessory 16 1x to 16x PCIe riser card USB 3.0 for mining, 6 pcs
system 1150 Gaming PC Ryzen 7 5800X, {card}, 32GB RAM, 1TB SSD
system 900 Gaming-PC komplett | i5-12400F | {card} | 16GB DDR4
system 1350 Workstation tower dual Xeon 128GB with {card}
system 1050 Gaming laptop 15.6" i7 {card} 16GB RAM 1TB
system 9800 4U GPU server with 8x {card}, 2x EPYC, 512GB
system 3400 Mining rig 6x {card} complete with PSU and frame
parts 30 Bare PCB {card} without core and memory
parts 60 GPU chip only for {card}, reballed
box 15 EMPTY BOX for {card} - box only, no card!
box 12 Nur OVP Karton leer für {card} (ohne Karte)
licence 240 vGPU software licence 1 year subscription per {card}
service 85 Repair service for {card} - no display, artifacts
service 2 {card} cloud rental per hour
wanted 0 WTB {card}, paying cash
wanted 0 Suche {card} in gutem Zustand
lookalike 420 Sony Alpha A6000 mirrorless camera body 24MP
lookalike 640 Sony RX100 VII compact camera
lookalike 190 Sennheiser HD 650 open back headphones
lookalike 75 Nike P-6000 sneaker size 10
lookalike 260 Huawei P40 Pro 256GB smartphone 8GB RAM
lookalike 880 Garmin GTX 345 transponder with tray
lookalike 330 Yamaha RX-V6A 7.2 AV receiver
lookalike 45 Ritmix RTX-2080 portable radio with battery
lookalike 25 Cordless grinder disc set 4090 24 pcs
lookalike 160 Kawasaki KX 580 plastics kit blue
accessory 55 HDMI capture card 4K60 USB 3.0
`)

/** Graphics cards whose model nobody can tell. */
export const UNNAMED: readonly Good[] = goods(`
gpu 25 Graphics card from office PC, low profile, DVI, untested
gpu 40 Old gaming graphics card two fans, model unknown
gpu 30 Grafikkarte aus Rechnungsauflösung, Typ unbekannt
gpu 60 NVIDIA GPU untested pulled from server
gpu 35 AMD Radeon video card, no label, 8 pin
`)

function goods(table: string): Good[] {
  return table
    .trim()
    .split('\n')
    .map((row) => {
      const [, kind = '', usd = '', title = ''] = /^(\w+) (\d+) (.+)$/.exec(row) ?? []
      if (!isKind(kind)) throw new RangeError(`no kind of goods: ${row}`)
      return { kind, title, usd: Number(usd) }
    })
}

function isKind(text: string): text is SimulatedKind {
  return KINDS.some((kind) => kind === text)
}

export type Condition = 'new' | 'refurbished' | 'used' | 'for_parts'

/** Times the level of a used card that works. */
export const CONDITION_FACTOR: Record<Condition, number> = { new: 1.22, refurbished: 1.05, used: 1, for_parts: 0.35 }

export interface Words {
  noise: readonly string[]
  inTitle: Record<Condition, readonly string[]>
  inColumn: Record<Condition, readonly string[]>
  lots: readonly string[]
  stock: readonly string[]
  soldOut: readonly string[]
  quotes: readonly string[]
  placeholders: readonly string[]
}

export const WORDS: Record<Market['language'], Words> = {
  en: {
    noise: words(`|||Graphics Card|Graphics Card|GPU|video card|PCIe 4.0 x16|HDMI DP|fast free shipping|w/ original box
      |great for AI & gaming|clean &amp; quiet|not LHR|🔥 HOT 🔥|L@@K!|card only, no box|faster than a GTX 1080
      |pulled from workstation|2-slot|smoke free home|SHIPS SAME DAY|*read description*`),
    inTitle: {
      new: words('NEW|Brand New|sealed|BNIB|New in box'),
      refurbished: words('Refurbished|refurb|Certified Refurbished'),
      used: words('used|Used|pre-owned|lightly used|tested working'),
      for_parts: words('for parts|NOT WORKING|parts only|no display, for parts|broken - for repair|AS-IS for parts'),
    },
    inColumn: {
      new: words('New|Brand New|New - Open box never used|new'),
      refurbished: words('Refurbished|Certified - Refurbished|Seller refurbished'),
      used: words('Used|Pre-Owned|Used - Like New|Used - Good|used'),
      for_parts: words('For parts or not working|Parts only|For parts'),
    },
    lots: words(
      '{n}x {title}|Lot of {n} {title}|{title} ({n}pcs)|{title} {n} pcs|LOT {n} {title}|({n}) {title}|{title} lot of {n}',
    ),
    stock: words('In stock|Available|Limited stock'),
    soldOut: words('Unavailable|Out of stock|0'),
    quotes: words('Contact for price|Contact for Quote|Call for price|Request a quote'),
    placeholders: words('$1|$1.00|$123,456|$999,999'),
  },
  de: {
    noise: words(`|||Grafikkarte|Grafikkarte|GPU|OVP|mit Rechnung|Top Preis|Versand möglich|PCIe 4.0|nur Abholung
      |leise &amp; kühl|kein Mining|Nichtraucher|mit Garantie|schneller als eine GTX 1080|aus Workstation|!!!`),
    inTitle: {
      new: words('NEU|neu & OVP|Neuware|originalverpackt'),
      refurbished: words('generalüberholt|refurbished'),
      used: words('gebraucht|wenig benutzt|gebraucht, getestet'),
      for_parts: words('DEFEKT|defekt für Bastler|an Bastler|kein Bild, defekt|als Ersatzteil'),
    },
    inColumn: {
      new: words('Neu|Neuware|neu'),
      refurbished: words('Generalüberholt|Refurbished'),
      used: words('Gebraucht|Gebraucht - wie neu|Gebraucht - gut|gebraucht'),
      for_parts: words('Defekt|Als Ersatzteil / defekt|Defekt / Bastler'),
    },
    lots: words('{n}x {title}|{n} Stück {title}|{title} ({n} Stück)|{title} {n}er Set|Posten: {n} Stück {title}'),
    stock: words('Auf Lager|sofort verfügbar|Verfügbar'),
    soldOut: words('Nicht verfügbar|ausverkauft|0'),
    quotes: words('Preis auf Anfrage|auf Anfrage|VB'),
    placeholders: words('1 €|1,00 €|123.456 €|999.999 €'),
  },
}

function words(list: string): string[] {
  return list.split(/\s*\|/)
}
