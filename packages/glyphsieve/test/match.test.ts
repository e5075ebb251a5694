import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Match, type MatchKind, matchTitle } from '../dist/match/match.js'

/** Titles that sell a card of this model; null if the title leaves the model open. */
function sells(rows: [title: string, model: string | null, also?: Partial<Match>][]): void {
  for (const [title, model, also] of rows) {
    test(`${title} is ${model ?? 'a card of unknown model'}`, () => {
      expect(matchTitle(title)).toMatchObject({ is_gpu: true, kind: 'gpu', model, ...also })
    })
  }
}

/** Titles that sell no card, and what they may be taken for instead. */
function sellsNo(kinds: MatchKind[], titles: string[]): void {
  for (const title of titles) {
    test(`${title} is no card`, () => {
      const match = matchTitle(title)
      expect(match).toMatchObject({ is_gpu: false, model: null, vram_gb: null, vendor: null, lot_size: 1, condition: null })
      expect(kinds).toContain(match.kind)
      expect(match.reason).toMatch(/\w/)
    })
  }
}

describe('names:', () => {
  describe('what follows the number belongs to the model', () => {
    sells([
      ['Palit GeForce RTX 4060 Ti Dual 8GB', 'RTX_4060_TI', { vram_gb: 8, vendor: 'nvidia' }],
      ['Inno3D RTX 4070 SUPER Twin X2 12GB', 'RTX_4070_SUPER', { vram_gb: 12 }],
      ['MSI RTX 4070 Ti Super Ventus 3X 16G', 'RTX_4070_TI_SUPER', { vram_gb: 16 }],
      ['Gainward Phoenix 4080S 16GB', 'RTX_4080_SUPER'],
      ['Colorful RTX4090D 24GB Vulcan', 'RTX_4090_D', { vram_gb: 24 }],
      ['GeForce RTX 5090 D V2 24GB iGame', 'RTX_5090_D_V2'],
      ['PowerColor Hellhound RX 7900 XT 20GB', 'RX_7900_XT', { vendor: 'amd', vram_gb: 20 }],
      ['PowerColor Hellhound RX 7900 XTX 24GB', 'RX_7900_XTX', { vram_gb: 24 }],
      ['Sapphire Pulse RX 7900 GRE 16G', 'RX_7900_GRE'],
      ['XFX RX 6750 GRE 12GB', 'RX_6750_GRE'],
      ['Sapphire R9 390X 8GB Nitro', 'R9_390X'],
      ['MSI GTX 1660 SUPER Gaming X', 'GTX_1660_SUPER', { vram_gb: 6 }],
      ['EVGA GTX 650 Ti BOOST SC 2GB', 'GTX_650_TI_BOOST'],
      ['Zotac RTX 2060 S 8GB', 'RTX_2060_SUPER'],
      ['Palit GTX1660s 6gb', 'GTX_1660_SUPER'],
      ['Sapphire R9 290 X Tri-X 4GB', 'R9_290X'],
      ['AMD R7 250E passive', 'R7_250E'],
      ['Gigabyte GeForce 9800 GTX+ 512MB', 'GEFORCE_9800_GTX_PLUS'],
      ['BFG GeForce 9800 GX2 1GB', 'GEFORCE_9800_GX2'],
      ['Sapphire RX 560D 4GB', 'RX_560D'],
      ['Maxsun Intel Arc Pro B60 Dual 48GB', 'ARC_PRO_B60_DUAL'],
      ['Asus RX 580 2048SP Dual 8GB', 'RX_580_2048SP'],
      ['Gigabyte GTX 1660Ti Windforce OC', 'GTX_1660_TI'],
    ])
  })

  describe('coolers, makers and series say nothing of the model', () => {
    sells([
      ['Palit GTX 1080 Super JetStream 8GB', 'GTX_1080'],
      ['Palit RTX 2070 Super JetStream', 'RTX_2070_SUPER'],
      ['MSI RTX 3060 Ti Gaming X Trio', 'RTX_3060_TI'],
      ['MSI RX 580 Gaming X 8G', 'RX_580'],
      ['Gainward RTX 3070 Phantom+ GS', 'RTX_3070'],
      ['EVGA RTX 3080 FTW3 Ultra Gaming 10GB', 'RTX_3080', { vram_gb: 10 }],
      ['EVGA RTX 2080 XC Ultra', 'RTX_2080'],
      ['Inno3D GeForce RTX 4070 X3 OC', 'RTX_4070'],
      ['XFX Speedster MERC 319 RX 6800 XT Black', 'RX_6800_XT'],
      ['XFX RX 6700 XT Speedster QICK 319 Ultra', 'RX_6700_XT'],
      ['Gigabyte RTX 3070 Gaming OC 8G rev 2.0 LHR', 'RTX_3070'],
      ['Nvidia RTX 3090 Founders Edition', 'RTX_3090'],
      ['Zotac GTX 1070 Mini 8GB', 'GTX_1070'],
      ['ASUS ProArt RTX 4080 16GB OC', 'RTX_4080'],
      ['Sapphire Toxic RX 6900 XT Extreme Edition AIO', 'RX_6900_XT'],
      ['AMD Radeon RX 6800 reference D-RGB look', 'RX_6800'],
      ['KFA2 RTX 3060 X Black 1-Click OC', 'RTX_3060'],
      ['MSI GTX 1650 D6 Ventus XS OC', 'GTX_1650'],
      ['Asus RTX 3060 V2 12GB Phoenix', 'RTX_3060'],
      ['Gainward RTX 3080 Phantom+ 10GB', 'RTX_3080'],
      ['XFX RX 5700 XT THICC III Ultra', 'RX_5700_XT'],
      ['Sapphire Nitro+ RX 590 Special Edition', 'RX_590'],
    ])
  })

  describe('brand words of workstation and data center cards are dropped where names go without', () => {
    sells([
      ['NVIDIA Quadro T1000 8GB', 'T1000', { vram_gb: 8 }],
      ['Quadro T400 low profile', 'T400'],
      ['Quadro RTX A4000 16GB PNY', 'RTX_A4000'],
      ['nVidia Quadro A6000 48GB', 'RTX_A6000'],
      ['NV A5000 24GB', 'RTX_A5000'],
      ['Tesla K80 24GB', 'K80', { vram_gb: 24 }],
      ['NVIDIA Tesla K40m 12GB', 'K40'],
      ['NVIDIA Tesla K20X', 'K20X'],
      ['Tesla T4 16GB low profile', 'T4'],
      ['NVIDIA GRID P4 8GB', 'P4'],
      ['NVIDIA GRID K2 8GB', 'GRID_K2'],
      ['Tesla V100S 32GB PCIe', 'V100S'],
      ['NVIDIA Quadro GV100 32GB HBM2', 'GV100'],
      ['Quadro GP100 16GB', 'QUADRO_GP100'],
      ['HP NVIDIA Quadro K2200 4GB', 'QUADRO_K2200'],
      ['Dell T400E 4GB', 'T400'],
      ['NVIDIA RTX A4000E', 'RTX_A4000'],
      ['AMD FirePro S7150CG', 'FIREPRO_S7150'],
      ['Matrox M9120 Plus LP PCIe x16 512MB', 'MATROX_M9120_PLUS', { vendor: 'other', vram_gb: 0.5 }],
      ['NVIDIA NVS 510 2GB 4x mini DP', 'NVS_510', { lot_size: 1 }],
    ])
  })

  describe('memory tells generations of one number apart', () => {
    sells([
      ['Quadro RTX 4000 8GB', 'QUADRO_RTX_4000'],
      ['Quadro RTX 4000 20GB', 'RTX_4000_ADA'],
      ['PNY RTX 4500 24GB', 'RTX_4500_ADA'],
      ['NVIDIA RTX 5000 32GB GDDR6', 'RTX_5000_ADA'],
      ['RTX 5000 16GB Turing', 'QUADRO_RTX_5000'],
      ['RTX 6000 48GB Ada', 'RTX_6000_ADA'],
      ['Quadro RTX 6000 24GB passive', 'QUADRO_RTX_6000'],
      ['Quadro 6000 6GB GDDR5', 'QUADRO_6000'],
      ['NVIDIA RTX 4000 SFF Ada 20GB', 'RTX_4000_SFF_ADA'],
      ['PNY NVIDIA RTX 2000 Ada 16GB SFF low profile', 'RTX_2000_ADA'],
      ['RTX PRO 5000 Blackwell 48GB', 'RTX_PRO_5000_BLACKWELL'],
      ['RTX PRO 6000 Blackwell Max-Q 96GB', 'RTX_PRO_6000_BLACKWELL', { edition: 'Max-Q' }],
      ['RTX PRO 6000 Blackwell Server Edition 96GB', 'RTX_PRO_6000_BLACKWELL', { edition: 'Server' }],
      ['RTX PRO 6000 Blackwell Workstation 96GB', 'RTX_PRO_6000_BLACKWELL', { edition: 'Workstation' }],
    ])
  })

  describe('Titans, Radeons and others have names of their own', () => {
    sells([
      ['GTX Titan X 12GB Maxwell', 'GTX_TITAN_X'],
      ['NVIDIA Titan X Pascal 12GB', 'TITAN_X_PASCAL'],
      ['NVIDIA TITAN Xp 12GB Collector', 'TITAN_XP'],
      ['nvidia titan v 12gb hbm2', 'TITAN_V'],
      ['Titan RTX 24GB', 'TITAN_RTX'],
      ['GTX Titan Z 12GB', 'GTX_TITAN_Z'],
      ['AMD Radeon VII 16GB', 'RADEON_VII'],
      ['AMD Radeon Pro VII 16GB', 'RADEON_PRO_VII'],
      ['Sapphire RX Vega 64 Nitro+', 'RX_VEGA_64'],
      ['Vega 56 8GB Gigabyte', 'RX_VEGA_56'],
      ['Sapphire R9 Fury Nitro 4GB', 'R9_FURY'],
      ['AMD Radeon R9 Nano 4GB HBM', 'R9_NANO'],
      ['Asus HD7970 DirectCU II 3GB', 'RADEON_HD_7970'],
      ['AMD Radeon Pro WX 7100 8GB', 'RADEON_PRO_WX_7100'],
      ['AMD Radeon Pro W6800 32GB', 'RADEON_PRO_W6800'],
      ['AMD Radeon AI PRO R9700 32GB', 'RADEON_AI_PRO_R9700'],
      ['AMD Radeon Instinct MI50 16GB', 'INSTINCT_MI50'],
      ['Intel Arc A770 Limited Edition 16GB', 'ARC_A770', { vendor: 'intel' }],
      ['Sparkle Intel Arc B580 Titan OC 12GB', 'ARC_B580'],
      ['Intel Arc Pro B50 16GB', 'ARC_PRO_B50'],
      ['Intel Data Center GPU Flex 170 16GB', 'FLEX_170'],
      ['Intel Data Center GPU Max 1100 48GB', 'MAX_1100'],
      ['NVIDIA CMP 40HX 8GB', 'CMP_40HX'],
      ['Zotac P104-100 4GB mining', 'P104_100'],
      ['Sapphire Radeon HD 5450 512MB silent', 'RADEON_HD_5450', { vram_gb: 0.5 }],
      ['Club3D GeForce 8800 GT 512MB', 'GEFORCE_8800_GT'],
      ['Gigabyte GeForce 210 1GB DDR3', 'GEFORCE_210'],
    ])
  })

  describe('modules and mobile chips are models of their own', () => {
    sells([
      ['NVIDIA GTX 1070 8GB MXM 3.0 type B', 'GTX_1070_MXM', { form_factor: 'mxm' }],
      ['Quadro P5000 16GB MXM Dell Precision 7720', 'QUADRO_P5000_MXM'],
      ['HP Quadro K5100M 8GB MXM module', 'QUADRO_K5100M'],
      ['Quadro RTX 3000 6GB MXM Dell Precision 7540', 'QUADRO_RTX_3000'],
      ['GTX 980M 8GB MXM for Alienware 17', 'GTX_980M'],
      ['AMD Radeon HD 6970M 2GB iMac video card', null],
      ['NVIDIA M6 8GB MXM GRID blade module', 'M6'],
      ['RTX 3070M 8GB desktop card', 'RTX_3070_MOBILE'],
      ['RTX 3060 Mobile 6GB on a desktop board', 'RTX_3060_MOBILE'],
      ['RX 6600M 8GB desktop graphics card', 'RX_6600M'],
    ])
  })

  describe('brand words may have typos, numbers may not', () => {
    sells([
      ['Nvida GeFroce RTX 3060 12GB', 'RTX_3060'],
      ['Geforse GTX 1060 6GB', 'GTX_1060'],
      ['Raedon RX 570 4GB', 'RX_570'],
      ['Nvidia Quardo P2000 5GB', 'QUADRO_P2000'],
      ['EVGA RTX 2070 Supr 8GB', 'RTX_2070_SUPER'],
      ['GeForce RTX 3065 graphics card', null],
      ['GeForce RTX 4085 Ti graphics card', null],
      ['AMD Radeon RX 6850 XT graphics card 12GB', null],
      ['Radeon RX 6950 graphics card', null],
      ['GeForce RTX 3060 Super graphics card', null],
      ['AMD Radeon HD 7700 Series 1GB', null, { vendor: 'amd' }],
      ['ATI Radeon HD 5700 series graphics card', null, { vendor: 'amd' }],
      ['GeForce RTX 30 series graphics card 8GB', null, { vendor: 'nvidia' }],
      ['NVIDIA Quadro FX 4000 graphics card', null, { vendor: 'nvidia' }],
      ['GeForce GT 630M graphics card', null],
      ['Radeon RX 5700M graphics card', null],
    ])
  })

  describe('a number without a brand needs a word or a size that makes it a card', () => {
    sells([
      ['3060 12gb', 'RTX_3060'],
      ['selling my 4070 ti super, 1 year old', 'RTX_4070_TI_SUPER'],
      ['7900 xtx barely used', 'RX_7900_XTX'],
      ['6700xt 12gb sapphire', 'RX_6700_XT'],
      ['1080ti ftw3', 'GTX_1080_TI'],
      ['A100 80GB', 'A100_80GB'],
      ['MI50 32GB HBM2', 'INSTINCT_MI50'],
      ['L40S 48GB passive', 'L40S'],
      ['asus strix 1080 8gb', 'GTX_1080'],
      ['Gigabyte 1070 G1 Gaming', 'GTX_1070'],
      ['powercolor 580 8gb', 'RX_580'],
      ['8800GT 512MB', 'GEFORCE_8800_GT'],
    ])
    sellsNo(
      ['other', 'lookalike', 'component', 'system'],
      ['3060', '1080', 'Model 4070', '5080 pieces of sandpaper', 'Bosch 580', 'room 750 key'],
    )
  })
})

describe('memory and bus:', () => {
  describe('the size is the one stated for a card', () => {
    sells([
      ['RTX 3060 8GB', 'RTX_3060', { vram_gb: 8, warnings: [] }],
      ['RTX 3060 12 GB GDDR6', 'RTX_3060', { vram_gb: 12, memory_type: 'GDDR6' }],
      ['Carte graphique RTX 4060 Ti 16 Go', 'RTX_4060_TI', { vram_gb: 16 }],
      ['Видеокарта GTX 1060 6 Гб', 'GTX_1060', { vram_gb: 6 }],
      ['GTX 1060 3G', 'GTX_1060', { vram_gb: 3 }],
      ['GT 710 1024MB', 'GT_710', { vram_gb: 1 }],
      ['GT 210 512 MB'.replace('GT', 'GeForce'), 'GEFORCE_210', { vram_gb: 0.5 }],
      ['RTX 4090', 'RTX_4090', { vram_gb: 24 }],
      ['RTX 3060', 'RTX_3060', { vram_gb: null }],
      ['RTX 4060 Ti 8GB/16GB', 'RTX_4060_TI', { vram_gb: null }],
      ['GTX 1060 6GB (not the 3GB version)', 'GTX_1060', { vram_gb: 6 }],
      ['Tesla K80 2x12GB', 'K80', { vram_gb: 24 }],
      ['RTX 3090 24GB VRAM, tested in a PC with 64GB RAM', 'RTX_3090', { vram_gb: 24 }],
      ['GT 1030 2GB DDR4', 'GT_1030', { vram_gb: 2, memory_type: 'DDR4' }],
      ['GT 1030 2GB GDDR5', 'GT_1030', { memory_type: 'GDDR5' }],
      ['GT 730 2GD3', 'GT_730', { vram_gb: 2, memory_type: 'DDR3' }],
      ['RTX 3080 10GB GDDR6X', 'RTX_3080', { memory_type: 'GDDR6X' }],
    ])
  })

  describe('bus and size are part of the names of some data center cards', () => {
    sells([
      ['NVIDIA A100 80GB PCIe', 'A100_PCIE_80GB', { vram_gb: 80, form_factor: 'pcie' }],
      ['NVIDIA A100 SXM4 40GB', 'A100_SXM4_40GB', { form_factor: 'sxm4' }],
      ['NVIDIA A100 40GB', 'A100_40GB', { vram_gb: 40 }],
      ['NVIDIA A100 PCIe', 'A100_PCIE', { vram_gb: null }],
      ['NVIDIA A100 GPU', 'A100', { vram_gb: null }],
      ['NVIDIA H100 NVL 94GB', 'H100_NVL_94GB'],
      ['NVIDIA H100 PCIe 80GB', 'H100_PCIE_80GB'],
      ['H100 SXM5 80GB HBM3', 'H100_SXM5_80GB'],
      ['NVIDIA H200 NVL 141GB', 'H200_NVL_141GB'],
      ['Tesla V100 SXM2 16GB', 'V100_SXM2_16GB'],
      ['Tesla V100 FHHL 16GB', 'V100_PCIE_16GB'],
      ['NVIDIA Tesla V100-PCIE-32GB', 'V100_PCIE_32GB'],
      ['NVIDIA V100 32GB', 'V100_32GB'],
      ['NVIDIA V100 32GB PCIe SXM2', 'V100_32GB'],
      ['Tesla P100 16GB PCIe', 'P100', { vram_gb: 16 }],
      ['NVIDIA H20 96GB', 'H20', { vram_gb: 96 }],
      ['NVIDIA A100X 80GB', 'A100X'],
      ['NVIDIA A10G 24GB', 'A10G'],
    ])
  })

  describe('a card with changed memory keeps its model and is flagged', () => {
    sells([
      ['RTX 4090 48GB', 'RTX_4090', { vram_gb: 48, warnings: ['modified: 48 GB stated, sold with 24 GB'] }],
      ['RTX 3080 20GB modded blower', 'RTX_3080', { vram_gb: 20, warnings: [expect.stringContaining('modified')] }],
      ['RTX 2080 Ti 22GB turbo', 'RTX_2080_TI', { vram_gb: 22, warnings: [expect.stringContaining('modified')] }],
      ['RTX 4090 D 48GB', 'RTX_4090_D', { vram_gb: 48 }],
      ['RTX 4080 Super 32GB vram mod', 'RTX_4080_SUPER', { vram_gb: 32 }],
      ['RTX 3070 upgraded to 16GB', 'RTX_3070', { vram_gb: 16 }],
      ['RX 580 16GB modded', 'RX_580', { vram_gb: 16 }],
    ])
  })
})

describe('lots:', () => {
  const lots: [title: string, model: string | null, size: number][] = [
    ['4x NVIDIA RTX 3090 24GB', 'RTX_3090', 4],
    ['Lot of 5 Quadro K2200 4GB', 'QUADRO_K2200', 5],
    ['LOT (10) AMD RX 580 8GB', 'RX_580', 10],
    ['Tesla P40 24GB x 2', 'P40', 2],
    ['RTX 3070 8GB x4', 'RTX_3070', 4],
    ['6 pcs GTX 1660 Super', 'GTX_1660_SUPER', 6],
    ['GTX 1060 6GB, 3 Stück', 'GTX_1060', 3],
    ['Konvolut 8 Stk. RX 570 8GB', 'RX_570', 8],
    ['Lote de 6 tarjetas gráficas RX 5700 XT', 'RX_5700_XT', 6],
    ['Lotto 3 schede video GTX 1070', 'GTX_1070', 3],
    ['3 szt. RTX 3080 10GB', 'RTX_3080', 3],
    ['2 шт. RTX 3060 12GB', 'RTX_3060', 2],
    ['RTX 4090 24G 8张', 'RTX_4090', 8],
    ['RTX 3090 二枚セット', 'RTX_3090', 2],
    ['Pair of RTX A5000 24GB', 'RTX_A5000', 2],
    ['two RTX 3090 cards', 'RTX_3090', 2],
    ['Dozen Tesla M40 12GB', 'M40', 12],
    ['(4) NVIDIA Tesla T4 16GB', 'T4', 4],
    ['Qty 2 NVIDIA A100 40GB PCIe', 'A100_PCIE_40GB', 2],
    ['RTX 3090 x2', 'RTX_3090', 2],
    ['EVGA GTX 1080 Ti X2 SLI', 'GTX_1080_TI', 2],
    ['RTX A6000 x2 + NVLink', 'RTX_A6000', 2],
    ['RTX 3090 24GB x2 NVLink', 'RTX_3090', 2],
    ['2 RTX 3090', 'RTX_3090', 2],
    ['8 Tesla P40 24GB', 'P40', 8],
    ['P106-100 x10', 'P106_100', 10],
    ['H100 PCIe 80GB - 8 units', 'H100_PCIE_80GB', 8],
    ['4张 2080ti 22g', 'RTX_2080_TI', 4],
    ['Paket 4st GTX 1070', 'GTX_1070', 4],
  ]
  for (const [title, model, size] of lots) {
    test(`${title} is a lot of ${size}`, () => expect(matchTitle(title)).toMatchObject({ is_gpu: true, model, lot_size: size }))
  }

  const single = [
    'MSI RTX 3060 Ventus 2X 12G OC',
    'MSI RTX 4070 VENTUS 3X E',
    'Inno3D RTX 3070 Twin X2',
    'Gigabyte RTX 3080 Windforce 3X',
    'Nvidia Quadro K420 2x DP',
    'RTX 3090 with 3x 8-pin',
    'RTX 3060 12GB PCIe 4.0 x16',
    'Quadro P620 4x mDP',
    'AMD FirePro W4100 4 x mini DisplayPort',
    'RTX 4090 20 pcs available',
    'RTX 3060 2 fan',
    'RTX 3080 3-slot',
    'NVIDIA NVS 310 x16',
    'RTX 3070 no. 4 of 10',
    'RTX 3080 10GB 2 years old',
    'GTX 1080 Ti, 1 pc',
    'GTX 690 4GB (2GB x2)',
    'R9 295X2 8GB (4GB x 2)',
    'NVIDIA A16 64GB (4x 16GB)',
    'Radeon HD 4870 X2',
    'RX 6600 PCIe x8',
    'GTX 1060 6GB 4 sale',
    'RTX 3070 $300',
    '24/7 mining RX 580 8GB',
  ]
  for (const title of single) test(`${title} is one card`, () => expect(matchTitle(title).lot_size).toBe(1))

  test('a lot of different models has no model', () => {
    expect(matchTitle('Lot of 3: RTX 3060, RTX 3070, GTX 1080')).toMatchObject({ model: null })
    expect(matchTitle('Mixed lot RX 580 and GTX 1060 graphics cards')).toMatchObject({ model: null, vendor: null })
  })
})

describe('condition:', () => {
  const conditions: [title: string, condition: Match['condition'], model?: string][] = [
    ['RTX 3080 10GB for parts or repair', 'for_parts', 'RTX_3080'],
    ['EVGA GTX 1080 Ti NOT WORKING', 'for_parts', 'GTX_1080_TI'],
    ['RTX 2070 8GB artifacts, read description', 'for_parts', 'RTX_2070'],
    ['RX 5700 XT defekt an Bastler', 'for_parts', 'RX_5700_XT'],
    ['RTX 3090 kein Bild, als Ersatzteilspender', 'for_parts', 'RTX_3090'],
    ['GTX 1070 HS pour pièces', 'for_parts', 'GTX_1070'],
    ['RTX 2060 guasta, non funzionante', 'for_parts', 'RTX_2060'],
    ['GTX 970 averiada para piezas', 'for_parts', 'GTX_970'],
    ['RTX 3060 Ti com defeito', 'for_parts', 'RTX_3060_TI'],
    ['RX 6600 uszkodzona na części', 'for_parts', 'RX_6600'],
    ['GTX 1060 6GB vadná na díly', 'for_parts', 'GTX_1060'],
    ['RTX 3070 на запчасти, артефакты', 'for_parts', 'RTX_3070'],
    ['RTX 3080 花屏 维修卡', 'for_parts', 'RTX_3080'],
    ['ジャンク RTX 2080 Ti グラフィックボード', 'for_parts', 'RTX_2080_TI'],
    ['RTX 3060 고장 부품용', 'for_parts', 'RTX_3060'],
    ['RTX 3080 does not turn on', 'for_parts', 'RTX_3080'],
    ['RTX 3080 spares or repairs', 'for_parts', 'RTX_3080'],
    ['RTX 3080 ne fonctionne plus', 'for_parts', 'RTX_3080'],
    ['RTX 3080 não liga', 'for_parts', 'RTX_3080'],
    ['RTX 3080 not for parts, fully working', null, 'RTX_3080'],
    ['RTX 3080 ohne Defekte', null, 'RTX_3080'],
    ['RTX 3080 нет артефактов', null, 'RTX_3080'],
    ['Used RTX 3080, no artifacts, works', 'used', 'RTX_3080'],
    ['RTX 3070 gebraucht, nicht defekt', 'used', 'RTX_3070'],
    ['Brand new sealed RTX 5080', 'new', 'RTX_5080'],
    ['RTX 4060 neuf sous blister', 'new', 'RTX_4060'],
    ['Refurbished Quadro P4000 8GB', 'refurbished', 'QUADRO_P4000'],
    ['RTX 3060 12GB like new', 'used', 'RTX_3060'],
    ['RTX 3060 12GB', null, 'RTX_3060'],
    ['RTX 3080 with new fans and thermal pads, used', 'used', 'RTX_3080'],
  ]
  for (const [title, condition, model] of conditions) {
    test(`${title} is ${condition ?? 'not said'}`, () =>
      expect(matchTitle(title)).toMatchObject({ is_gpu: true, model, condition }))
  }
})

describe('a card with something about it is still a card:', () => {
  sells([
    ['RTX 3080 FE with EK waterblock installed', 'RTX_3080'],
    ['GTX 1080 Ti Hydro Copper', 'GTX_1080_TI'],
    ['Gigabyte Aorus RTX 4090 Xtreme Waterforce WB 24GB', 'RTX_4090'],
    ['Tesla P40 24GB with fan shroud', 'P40'],
    ['Tesla V100 SXM2 16GB with PCIe adapter', 'V100_SXM2_16GB'],
    ['Quadro K620 with low profile bracket', 'QUADRO_K620'],
    ['RTX 3070 in original box with all accessories', 'RTX_3070'],
    ['RX 6800 without box', 'RX_6800'],
    ['Tesla M40 24GB no fan, passive cooling', 'M40'],
    ['P106-100 6GB no display outputs', 'P106_100'],
    ['GTX 1650 4GB from Dell OptiPlex', 'GTX_1650'],
    ['NVIDIA Quadro P1000 4GB for HP Z2 workstation', 'QUADRO_P1000'],
    ['Nvidia RTX A2000 12GB pulled from Lenovo ThinkStation', 'RTX_A2000'],
    ['Quadro M4000 8GB Workstation GPU', 'QUADRO_M4000'],
    ['Tesla T4 16GB for server', 'T4'],
    ['GTX 1660 Super + free HDMI cable', 'GTX_1660_SUPER'],
    ['NVIDIA L4 24GB low profile, includes both brackets', 'L4'],
    ['RX 580 8GB bios flashed mining card', 'RX_580'],
    ['RTX 3060 non LHR', 'RTX_3060'],
    ['H100 PCIe 80GB engineering sample', 'H100_PCIE_80GB'],
    ['Tesla V100 32GB SXM2 with PCIe adapter board', 'V100_SXM2_32GB'],
    ['Quadro K1200 4 x mini DP + 2 adapters', 'QUADRO_K1200'],
    ['RTX 2070 Super missing backplate', 'RTX_2070_SUPER'],
    ['RTX 3090 (missing one fan)', 'RTX_3090'],
    ['RTX 3080 + Cyberpunk game', 'RTX_3080'],
    ['RTX 3080 FE wassergekühlt', 'RTX_3080'],
    ['[H] RTX 3080 [W] PayPal', 'RTX_3080'],
    ['RTX 4070, 1 year old', 'RTX_4070'],
    ['RTX 4070 with 2 year warranty', 'RTX_4070'],
    ['NVIDIA A40 48GB PCIe, rental retired', 'A40'],
    ['NVIDIA GRID K1 16GB (no license)', 'GRID_K1'],
    ['NVIDIA A100 80GB PCIe incl. NVAIE license', 'A100_PCIE_80GB'],
    ['RTX 2080 Super repaired fan', 'RTX_2080_SUPER'],
    ['RTX 3070 nur Karte, ohne OVP', 'RTX_3070'],
    ['RTX 3070 card only no box', 'RTX_3070'],
    ['RTX 3070 полный комплект коробка документы', 'RTX_3070'],
    ['RTX 3070 箱なし 本体のみ', 'RTX_3070'],
    ['For HP NVIDIA Quadro P2000 5GB GDDR5 Video Card', 'QUADRO_P2000'],
    ['HPE NVIDIA A100 40GB PCIe GPU Module for ProLiant DL380', 'A100_PCIE_40GB'],
    ['T1000 8GB low profile upgrade for Dell OptiPlex 7070 SFF', 'T1000'],
    ['RTX 3090 24GB perfect for Stable Diffusion / LLM server', 'RTX_3090'],
    ['Tesla P40 24GB Deep Learning Accelerator GPU Server AI Computing Graphics Card', 'P40'],
    ['RX 580 8GB graphics card for gaming PC desktop computer', 'RX_580'],
  ])
})

describe('what is no card:', () => {
  describe('accessories and parts', () => {
    sellsNo(
      ['accessory', 'parts', 'component', 'box', 'video'],
      [
        'NVLink bridge 3 slot for RTX A6000',
        'SLI HB bridge GTX 1080',
        'Backplate for RTX 3080 Founders Edition',
        'RTX 3090 backplate only',
        'EKWB water block RTX 4090',
        'Full cover waterblock for RX 6900 XT reference',
        'Replacement fans for MSI RTX 3070 Gaming X Trio',
        'Lüfter für Gigabyte RTX 3080 Gaming OC',
        'Ventilateur pour carte graphique GTX 1660',
        'Ventola di ricambio per RTX 2060',
        'RTX 3080 cooler heatsink only',
        'GPU support bracket for RTX 4090',
        'PCIe 4.0 riser cable for RTX 4090',
        '12VHPWR adapter cable RTX 4090 3x 8 pin',
        'Thermal pads for RTX 3090 backplate',
        'Tesla P40 fan shroud 3D printed',
        'Low profile bracket for Quadro P620',
        'SXM2 to PCIe adapter for Tesla V100',
        'Vertical GPU mount kit',
        'RTX 3080 PCB only no core',
        'GA102-200 GPU chip BGA',
        'GDDR6X memory chips for RTX 3090',
        'Grafikkartenhalter für RTX 4080',
        'Кулер для видеокарты RTX 3060',
        'RTX 4090 水冷头',
        'RTX 3080 用 バックプレート',
        'Quadro Sync II card',
        'eGPU enclosure Thunderbolt 3, fits RTX 3080, no GPU',
        'Dell R740 GPU enablement kit for Tesla V100',
        'NVLink RTX 3090 4 slot',
        'Original fans from RTX 3070 FE',
        'グラボ 支え RTX 4090',
        'Mining GPU frame for 8 cards',
        'Термопрокладки RTX 3090',
        'Soporte para tarjeta gráfica RTX',
        'Chladič na grafickou kartu GTX 1080',
      ],
    )
  })

  describe('boxes and pictures', () => {
    sellsNo(
      ['box'],
      [
        'RTX 4090 empty box',
        'EMPTY BOX ONLY Asus ROG Strix RTX 3080',
        'RTX 3090 box only no card',
        'Leerkarton RTX 4080 ohne Karte',
        'Boîte vide RTX 3080',
        'Scatola vuota RTX 4070',
        'Caja vacía RTX 3090',
        'Puste pudełko RTX 4070 Ti',
        'Пустая коробка от RTX 3080',
        'RTX 4090 空盒',
        'Picture of an RTX 5090',
      ],
    )
  })

  describe('licences, services, rentals', () => {
    sellsNo(
      ['licence', 'service'],
      [
        'NVIDIA AI Enterprise subscription 1 year per GPU H100',
        'NVIDIA vGPU vWS licence perpetual',
        'GeForce NOW Ultimate 6 months RTX 4080',
        'GPU repair service RTX 3080 no display',
        'Grafikkarten Reparatur RTX 3070',
        'Ремонт видеокарт RTX 3080',
        'H100 80GB rental per hour',
        'RTX 4090 cloud GPU hourly',
        'Location RTX 4090 à l’heure',
        'VRAM upgrade service RTX 3080 to 20GB',
      ],
    )
  })

  describe('wanted ads', () => {
    sellsNo(
      ['wanted'],
      [
        'WTB RTX 4090',
        'Want to buy: RTX 3080 10GB',
        'Looking for a GTX 1080 Ti',
        'Suche RTX 3070',
        'Ankauf Grafikkarten RTX 3080 RTX 3090',
        'Cerco scheda video RTX 3060',
        'Compro RTX 3080',
        'Куплю RTX 3080',
        '求购 RTX 4090',
        '[H] PayPal [W] RTX 3080',
        'Kupię RTX 3060 Ti',
        'Recherche RTX 4070',
      ],
    )
  })

  describe('systems', () => {
    sellsNo(
      ['system', 'component'],
      [
        'Gaming PC Ryzen 5 5600X RTX 3060 Ti 16GB RAM 1TB SSD',
        'Asus ROG Strix G15 laptop RTX 3060 16GB RAM',
        'Dell Precision 7820 Xeon Gold 64GB Quadro P4000',
        'Supermicro GPU server 8x A100 SXM4 80GB',
        'NVIDIA DGX A100 640GB',
        'Mining rig 6x RX 580',
        'NVIDIA Jetson Orin Nano 8GB developer kit',
        'MSI laptop motherboard with RTX 3070',
        'Lenovo Legion 5 RTX 4060 i7-13700H 512GB SSD',
        'i5-12400F + B660 motherboard + RTX 3060 bundle',
        'Игровой ПК i5 12400F RTX 3060 16 ГБ ОЗУ',
        'PC gamer i7 RTX 4070 32 Go RAM',
        'ゲーミングPC RTX 4070 Ryzen 7',
        '游戏主机 i5 RTX 4060',
        'HP Omen 16 RTX 4070 16GB RAM 1TB',
        'Komplett PC RTX 3080 Ryzen 7 5800X',
        'iMac 27 Radeon Pro 580X 8GB',
        'Портативный ноутбук Asus RTX 3060',
        'Portátil gaming RTX 4060',
        'Материнская плата ноутбука RTX 3060',
      ],
    )
  })

  describe('look-alikes, merchandise and devices for video', () => {
    sellsNo(
      ['lookalike', 'other', 'component', 'video', 'merchandise', 'system', 'accessory'],
      [
        'Samsung Galaxy A40 64GB phone',
        'Sony Alpha A6000 camera body',
        'Kingston A400 240GB SSD',
        'Dell OptiPlex 3060 i5-8500 8GB',
        'Intel Core i5-7600K',
        'AMD Ryzen 5 5600X processor',
        'Canon PowerShot A3000 IS',
        'Merrell Moab 2 GTX hiking shoes 1080',
        'Bose 700 headphones',
        'Kärcher K4 pressure washer',
        'Tesla Model 3 floor mats',
        'Audi A6 3.0 TDI wheels',
        'HP LaserJet P2055 printer',
        'Elgato 4K60 Pro capture card',
        'Blackmagic DeckLink Mini Recorder',
        'USB 3.0 to HDMI display adapter',
        'Matrox DualHead2Go',
        'HDMI video encoder H.264',
        'NVIDIA logo t-shirt',
        'GeForce RTX 4090 keychain',
        'LG 27GP850 monitor G-Sync',
        'Mellanox ConnectX-5 100GbE',
        'Xilinx Alveo U250 FPGA accelerator',
        'Intel Xeon Phi 7120P coprocessor',
        'Makita 4100 saw',
        'Logitech G733 headset',
        'Epson EB-2250U projector',
        'Honda 1060 carburetor',
        'Yamaha RX-V685 receiver',
        'Corsair RM850x power supply',
        'Corsair H100i RGB Platinum',
        'Corsair Hydro H100x V2',
        'Zoom H100 microphone',
        'A100 Oral B',
        'Motorola V100',
        'Audio-Technica ATH-M40x',
        'Kingston A400 960GB',
        'Kingston A2000 NVMe 500GB',
        'Lenovo Tab M10 32GB',
        'Samsung Galaxy A16 128GB',
        'Apple M4 Mac mini 16GB',
        'iPad A16 128GB',
        'Toshiba T1000SE',
        'VW T4 2.5 TDI',
        'Nikon Coolpix P1000 16MP',
        'SanDisk Extreme A2 128GB microSD',
        'Dell PowerEdge T40 16GB RAM',
        'Lexus RX 470',
        'Vespa GTS 250',
        'Garmin GTX 345 transponder',
        'Sennheiser HD 650',
        'Boss GT-1000',
        'Titleist T400 irons',
        'Beretta A400',
        '',
        '     ',
        '🔥🔥🔥',
        '---',
      ],
    )
  })
})

describe('several models:', () => {
  describe('a list of what may be had names none', () => {
    sells([
      ['RTX 3070 / RTX 3080 / RTX 3090 graphics cards', null],
      ['Graphics cards: RTX 3060, RTX 3070', null],
      ['GTX 1660 Super or RTX 2060 graphics card', null],
      ['NVIDIA Tesla P100 / V100 GPU', null],
      ['RTX 3070 / 3070 Ti graphics card', null],
      ['RTX 3070, 3080, 3090 available', null],
      ['RX 580/570/480 8GB various', null],
      ['RTX 3060 or 3060 Ti?', null],
      ['RTX 2070 + GTX 1070', null],
      ['1x RTX 3080 1x RTX 3070', null],
      ['[US-CA] [H] RTX 3090 FE, RTX 3080 FE [W] local cash', null],
    ])
  })

  describe('one model told twice is one', () => {
    sells([
      ['ASUS TUF-RTX3080-10G-GAMING GeForce RTX 3080 10GB', 'RTX_3080'],
      ['Gigabyte GV-N3060GAMING OC-12GD RTX 3060', 'RTX_3060'],
      ['RTX 3090 EVGA FTW3 RTX3090 24GB', 'RTX_3090'],
      ['MSI / Asus RTX 3070 8GB', 'RTX_3070'],
    ])
  })

  describe('a card compared with others, or told apart from them, is the one sold', () => {
    sells([
      ['RTX 3060 12GB better than RTX 2070', 'RTX_3060'],
      ['RX 6700 XT, like RTX 3070', 'RX_6700_XT'],
      ['GTX 1070 8GB vs GTX 1060', 'GTX_1070'],
      ['RTX 3080 10GB (not 3080 Ti)', 'RTX_3080'],
      ['RTX 4070, not the Super', 'RTX_4070'],
      ['Selling RTX 3070, upgraded to RTX 4080', 'RTX_3070'],
      ['RTX 2060 statt GTX 1660', 'RTX_2060'],
      ['Tesla P40 24GB faster than K80', 'P40'],
      ['CMP 40HX, RTX 2060 Super equivalent', 'CMP_40HX'],
      ['MI25 16GB flashed to WX 9100', 'INSTINCT_MI25'],
      ['Vendo RTX 3060 Ti mejor que RTX 2080', 'RTX_3060_TI'],
      ['RX 5700 XT besser als GTX 1080', 'RX_5700_XT'],
      ['RTX 3080 to trade for RTX 3090', 'RTX_3080'],
      ['RTX 3060 (kein Ti)', 'RTX_3060'],
      ['RTX 4070 non-super 12GB', 'RTX_4070'],
      ['RX 6800 (non-XT) 16GB', 'RX_6800'],
      ['RX 5600 XT flashed to 5700 bios', 'RX_5600_XT'],
      ['NOT a 3080 Ti! RTX 3080 10GB', 'RTX_3080'],
    ])
  })
})

describe('part numbers:', () => {
  sells([
    ['900-2G183-0000-001', 'T4'],
    ['NVIDIA 900-21001-0000-000', 'A100_PCIE_40GB'],
    ['699-2G610-0200-100', 'P40'],
    ['900-21001-0000-000 A100 80GB', 'A100_80GB'],
    ['VCQP2000-PB', 'QUADRO_P2000'],
    ['PNY VCNRTXA4000-PB', 'RTX_A4000'],
    ['VCNRTX4000ADA-PB', 'RTX_4000_ADA'],
    ['ROG-STRIX-RTX3080-O10G-GAMING', 'RTX_3080', { vram_gb: 10 }],
    ['DUAL-RTX4060TI-O8G', 'RTX_4060_TI', { vram_gb: 8 }],
    ['GV-N4070WF3OC-12GD', 'RTX_4070'],
    ['GV-N407TSGAMING OC-16GD', 'RTX_4070_TI_SUPER'],
    ['GV-R67XTGAMING OC-12GD', 'RX_6700_XT'],
    ['ZT-A30700H-10P', 'RTX_3070'],
    ['PH-GT1030-O2G', 'GT_1030', { vram_gb: 2 }],
    ['GT710-SL-2GD5-BRK', 'GT_710', { vram_gb: 2 }],
    ['STRIX-GTX1060-O6G-GAMING', 'GTX_1060', { vram_gb: 6 }],
    ['TUF-GTX1660S-O6G-GAMING', 'GTX_1660_SUPER'],
    ['GV-N4060EAGLE OC-8GD', 'RTX_4060', { vram_gb: 8 }],
    ['GV-N308TEAGLE OC-12GD', 'RTX_3080_TI'],
    ['GV-N1050TI-4GD', 'GTX_1050_TI'],
    ['GV-R79XTXGAMING OC-24GD', 'RX_7900_XTX'],
    ['GV-RX580GAMING-8GD', 'RX_580'],
    ['EVGA 08G-P4-6173-KR GTX 1070', 'GTX_1070', { vram_gb: 8 }],
    ['Dell 0J8F8F NVIDIA T1000 8GB', 'T1000', { vram_gb: 8 }],
  ])
})

describe('other languages:', () => {
  sells([
    ['Grafikkarte ASUS RTX 3070 8GB, gebraucht, Abholung', 'RTX_3070', { condition: 'used' }],
    ['Carte graphique MSI RTX 4070 12 Go comme neuve', 'RTX_4070', { vram_gb: 12 }],
    ['Scheda video Gigabyte GTX 1660 6GB perfetta', 'GTX_1660'],
    ['Tarjeta gráfica Zotac RTX 3060 12GB poco uso', 'RTX_3060'],
    ['Placa de vídeo Galax GTX 1650 4GB', 'GTX_1650'],
    ['Karta graficzna Palit RTX 3050 8GB gwarancja', 'RTX_3050'],
    ['Grafická karta Sapphire RX 6600 8GB', 'RX_6600'],
    ['Videokaart MSI GTX 1070', 'GTX_1070'],
    ['Grafikkort Asus RX 6700 XT 12GB', 'RX_6700_XT'],
    ['Näytönohjain RTX 2080 Ti 11GB', 'RTX_2080_TI'],
    ['Videokártya GTX 1050 Ti 4GB', 'GTX_1050_TI'],
    ['Placă video RTX 3060 Ti 8GB', 'RTX_3060_TI'],
    ['Ekran kartı RTX 4060 8GB sıfır', 'RTX_4060'],
    ['Видеокарта Palit RTX 3060 Dual 12 ГБ', 'RTX_3060', { vram_gb: 12 }],
    ['Відеокарта Asus GTX 1660 Super', 'GTX_1660_SUPER'],
    ['影驰 RTX 3060 12G 显卡', 'RTX_3060', { vram_gb: 12 }],
    ['玄人志向 GeForce RTX 3070 グラフィックボード', 'RTX_3070'],
    ['이엠텍 RTX 4070 SUPER 그래픽카드', 'RTX_4070_SUPER'],
    ['การ์ดจอ RTX 3060 12GB มือสอง', 'RTX_3060'],
    ['Card màn hình RTX 3060', 'RTX_3060'],
    ['Κάρτα γραφικών GTX 1060 6GB', 'GTX_1060'],
    ['כרטיס מסך RTX 3080', 'RTX_3080'],
    ['كرت شاشة RTX 3070', 'RTX_3070'],
  ])
})

describe('evidence', () => {
  const titles = [
    'ＲＴＸ　４０９０　２４ＧＢ　グラフィックボード',
    '🔥💻 RTX 3080 Ti 12GB 💻🔥 lot of 2',
    'ASUS GeForce&reg; RTX&trade; 3070 &amp; box, 8GB',
    'Für Sammler: GeForce 8800 GTX 768MB – läuft',
    '👨‍👩‍👧‍👦 4x RX 580 8GB for parts',
    'Empty box RTX 4090',
    'é́é́ RTX 3060 12GB', // combining marks that a normal form would join
    'İstanbul RTX 3060 12GB', // a letter that is longer in lower case
    'ﬁne RTX 3060 12GB', // a ligature that is longer when folded
  ]
  for (const title of titles) {
    test(`of ${title} is where it says`, () => {
      const { evidence } = matchTitle(title)
      expect(evidence.length).toBeGreaterThan(0)
      for (const { text, start, end, means } of evidence) {
        expect(text).toBe(title.slice(start, end))
        expect(end).toBeGreaterThan(start)
        expect(means).toMatch(/\w/)
      }
    })
  }

  test('points to the name, the memory and the lot', () => {
    const { evidence } = matchTitle('Lot of 4 EVGA RTX 3080 10GB')
    expect(evidence).toContainEqual({ text: 'RTX 3080', start: 14, end: 22, means: 'names RTX_3080' })
    expect(evidence).toContainEqual({ text: '10GB', start: 23, end: 27, means: '10 GB of memory' })
    expect(evidence).toContainEqual(
      expect.objectContaining({ text: expect.stringContaining('4'), end: 8, means: 'a lot of 4' }),
    )
  })

  test('counts UTF-16 code units, so that emoji before a name move it by two each', () => {
    const [name] = matchTitle('😀😀 RTX 3080 10GB').evidence
    expect(name).toMatchObject({ text: 'RTX 3080', start: 5, end: 13 })
  })

  test('reads full-width letters and digits as the plain ones and prints them as they are', () => {
    const match = matchTitle('ＲＴＸ　４０９０　２４ＧＢ')
    expect(match).toMatchObject({ model: 'RTX_4090', vram_gb: 24 })
    expect(match.evidence[0]?.text).toBe('ＲＴＸ　４０９０')
  })

  test('skips HTML entities inside a name', () => {
    expect(matchTitle('NVIDIA&reg; GeForce&trade; RTX&nbsp;3070 8GB')).toMatchObject({ model: 'RTX_3070' })
    expect(matchTitle('RTX&#160;3070&#8482; Ti 8GB')).toMatchObject({ model: 'RTX_3070_TI' })
  })

  test('names the model of the answer, or the name that bus and memory complete', () => {
    for (const title of ['RTX 3070M 8GB desktop card', 'A100 SXM4 80GB', 'GTX 1070 MXM 8GB', 'RTX 3080 10GB']) {
      const { model, evidence } = matchTitle(title)
      const named = evidence.flatMap(({ means }) => (means.startsWith('names ') ? [means.slice('names '.length)] : []))
      expect(named).toHaveLength(1)
      expect(model?.startsWith(named[0] ?? '?')).toBe(true)
    }
  })
})

describe('a hostile title', () => {
  const LENGTH = 100_000
  const units: [what: string, unit: string][] = [
    ['one letter', 'a'],
    ['the letter r', 'r'],
    ['one digit', '9'],
    ['opening brackets', '('],
    ['closing brackets', ']'],
    ['brackets in pairs', '()'],
    ['spaces', ' '],
    ['symbols', '!?#%&'],
    ['ampersands', '&'],
    ['half an entity', '&amp'],
    ['digits and letters in turn', '4x'],
    ['digits and letters, spaced', '4 x '],
    ['spelled-out letters', 'r x '],
    ['points between digits', '1.'],
    ['apostrophes between letters', "a'"],
    ['hyphens', '-'],
    ['brand words', 'rtx '],
    ['models', 'RTX 3080 '],
    ['models without spaces', 'RTX3080'],
    ['a denial', 'not '],
    ['memory sizes', '8GB '],
    ['denied memory sizes', 'not the 8GB '],
    ['for', 'for '],
    ['cards', 'graphics card '],
    ['accessories', 'fan for '],
    ['series that have a number', 'r9 '],
    ['part numbers', '900-'],
    ['endings', 'ti super '],
    ['lone high surrogates', '\ud800'],
    ['lone low surrogates', '\udc00'],
    ['emoji', '🔥'],
    ['combining marks', '\u0301'],
    ['zero-width joiners', '\u200d'],
    ['right-to-left marks', '\u202e'],
    ['nulls', '\0'],
    ['Han', '显'],
    ['Thai', 'ก'],
    ['full-width digits', '９'],
    ['boxes', 'box only '],
  ]
  for (const [what, unit] of units) {
    test(`of ${what} is done with in 50 ms`, () => {
      const title = unit.repeat(LENGTH / unit.length)
      expect(quickest(3, () => matchTitle(title))).toBeLessThan(50)
    })
    test(`of ${what} takes time linear in what is read of it`, () => {
      const short = unit.repeat(Math.ceil(400 / unit.length))
      const long = unit.repeat(Math.ceil(1600 / unit.length))
      const [a, b] = [quickest(20, () => matchTitle(short)), quickest(20, () => matchTitle(long))]
      expect(b).toBeLessThan(Math.max(9 * a, 2))
    })
  }

  test('names members that every object has and finds none of them', () => {
    for (const word of ['__proto__', 'constructor', 'hasOwnProperty', 'toString', 'valueOf', 'prototype', 'isPrototypeOf']) {
      for (const title of [word, `${word} ${word}`, `${word}4070`, `4070 ${word}`, `lot of ${word}`, `RTX ${word}`]) {
        expect(() => matchTitle(title)).not.toThrow()
      }
      expect(matchTitle(word)).toMatchObject({ is_gpu: false, model: null, evidence: [] })
      expect(matchTitle(`${word} RTX 3080 10GB graphics card ${word}`)).toMatchObject({ model: 'RTX_3080', vram_gb: 10 })
    }
  })

  test('of a name far behind leaves it unread', () => {
    expect(matchTitle(`${' '.repeat(LENGTH)}RTX 3080 10GB`)).toMatchObject({ model: null })
  })
})

/** Milliseconds of the fastest of several runs. */
function quickest(runs: number, run: () => unknown): number {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < runs; round++) {
    const start = performance.now()
    run()
    best = Math.min(best, performance.now() - start)
  }
  return best
}

describe('any title', () => {
  const word = fc.constantFrom(
    ...'RTX GTX 3080 4070 Ti SUPER 10GB 24 G x 4 lot of for with no not box only A100 SXM4 PCIe Quadro K2200 Radeon RX 580 XT ( ) [ ] / , + - & 显卡 видеокарта Grafikkarte laptop fan the 8GB R9 290X vs MXM WTB [H] [W] 🔥 &amp; x2 2x'.split(
      ' ',
    ),
  )
  const title = fc.oneof(
    fc.string({ maxLength: 80 }),
    fc.string({ unit: 'binary', maxLength: 80 }),
    fc.string({ unit: 'grapheme', maxLength: 40 }),
    fc.array(fc.tuple(word, fc.constantFrom(' ', '', '-', ', ')), { maxLength: 14 }).map((parts) => parts.flat().join('')),
  )

  test('gets an answer that agrees with itself', () => {
    fc.assert(
      fc.property(title, (text) => {
        const match = matchTitle(text)
        expect(match.is_gpu).toBe(match.kind === 'gpu')
        expect(match.confidence).toBeGreaterThanOrEqual(0)
        expect(match.confidence).toBeLessThanOrEqual(1)
        expect(Number.isInteger(match.lot_size) && match.lot_size >= 1).toBe(true)
        if (match.vram_gb !== null) expect(match.vram_gb).toBeGreaterThan(0)
        if (match.model === null) expect(match.reason).toMatch(/\w/)
        else expect(match).toMatchObject({ is_gpu: true, reason: null, vendor: expect.any(String) })
        for (const { start, end, text: printed } of match.evidence) {
          expect(start).toBeGreaterThanOrEqual(0)
          expect(end).toBeGreaterThan(start)
          expect(printed).toBe(text.slice(start, end))
        }
      }),
      { numRuns: 4000 },
    )
  })

  test('gets the same answer every time', () => {
    fc.assert(
      fc.property(title, (text) => {
        expect(matchTitle(text)).toEqual(matchTitle(text))
      }),
      { numRuns: 500 },
    )
  })
})
