export type Condition = 'new' | 'refurbished' | 'used' | 'for_parts'

/**
 * Words that state a condition, `*` for any ending. The first state of which the text has a word is its condition, so that
 * `New - open box` is used, `Neuwertig` too, and `Used, for parts` is for parts.
 */
const WORDS: readonly [state: Condition | 'rental', words: RegExp][] = [
  [
    'rental',
    wordsOf(
      'rent, rental*, lease, leasing, hourly, per hour, miete, mieten, vermiet*, alquiler, aluguel, noleggio, huur, verhuur, wynajem, аренд*, 租*, レンタル',
    ),
  ],
  [
    'for_parts',
    wordsOf(`for part, for parts, parts only, part only, as parts, spares, not working, non working, nonworking, does not work, doesnt work, dont work,
      no display, no post, not functional, non functional, broken, faulty, defect*, damage*, dead, salvage, for repair, needs repair, defekt*, kaputt,
      bastler*, ersatzteil*, fur teile, nicht funktion*, funktioniert nicht, pour piece, pour pieces, hors service, en panne, ne fonctionne pas,
      para piezas, para partes, para repuesto*, no funciona, averiad*, danad*, estropead*, para pecas, nao funciona, com defeito, per ricambi,
      per pezzi, non funzionante, guast*, difettos*, rotto, rotta, voor onderdelen, niet werkend, kapot, uszkodzon*, na czesci, niesprawn*, nie dziala,
      vadn*, nefunkcni, na dily, hibas, alkatresznek, trasig*, reservdel*, odelagt*, rikki, viallinen, varaosiksi, на запчасти, неисправ*,
      не работает, сломан*, нерабоч*, arizali, bozuk, 故障*, 坏*, 壞*, ジャンク*, 不良*, 고장*, 부품*, rusak`),
  ],
  [
    'refurbished',
    wordsOf(`refurb*, referb*, renewed, recondition*, remanufactur*, recertified, certified pre owned, generaluberholt, uberholt, aufbereitet,
      aufgearbeitet, wiederaufbereitet, reconditionn*, remis a neuf, reacondicionad*, restaurad*, recondicionad*, ricondizionat*, rigenerat*,
      gereviseerd, odnowion*, repasovan*, felujitott, renoverad*, renoveret, kunnostettu, восстановлен*, yenilenmis, 翻新*, 整備済*, 再生品, 리퍼*`),
  ],
  [
    'used',
    wordsOf(`used, open box, openbox, opened, preowned, pre owned, preloved, second hand, secondhand, 2nd hand, like new, as new, likenew, nearly new,
      mint, excellent, very good, good, acceptable, fair, grade a, grade b, grade c, pulled, pull, pulls, ex mining, mined, tested, untested, returned,
      return, returns, demo, b stock, b ware, not new, gebraucht*, gebr, wie neu, neuwertig*, ausgepackt, geoffnet, sehr gut*, gut, akzeptabel, retoure*,
      rucklaufer, vorfuhr*, occasion, d'occasion, comme neuf*, quasi neuf*, tres bon*, bon etat, usage, usagee, usad*, seminuev*, seminov*, segunda mano,
      como nuev*, como nov*, muy bueno, buen estado, usat*, come nuov*, seconda mano, ottim*, buon*, gebruikt*, tweedehands, zo goed als nieuw, uzywan*,
      jak now*, pouzit*, jako nov*, hasznalt, ujszeru, begagnad*, brugt, brukt, som ny, kaytetty, kuin uusi, бу, б у, подержан*, как нов*, ikinci el,
      kullanilmis, משומש, مستعمل*, 二手*, 中古*, 拆机*, 99新*, 95新*, 9成新*, 중고*, bekas, da qua su dung, มือสอง*`),
  ],
  [
    'new',
    wordsOf(`new, newly, brandnew, sealed, unopened, unused, bnib, nib, neu, neue, neuer, neues, neuware, originalverpackt, ovp, unbenutzt, ungeoffnet,
      neuf, neuve, nuev*, novo, nova, nuovo, nuova, sigillat*, nieuw*, nowy, nowa, nowe, fabrycznie, novy, uj, bontatlan, ny, nytt, nyt, ubrugt, ubrukt,
      uusi, nou, новый, новая, новое, yeni, sifir, חדש, جديد*, 全新*, 新品*, 未開封*, 未使用*, 새상품*, 신품*, 미개봉*, baru, moi, มือหนึ่ง*, ของใหม่*`),
  ],
]

/** A condition that is denied: `no defects`, `not broken`. */
const DENIED =
  /(?<!\p{L})(?:no|not|non|without|zero|never|ohne|keine?|sans|sin|sem|senza|zonder|bez|без|utan|uden|uten) (?:any |known |visible )?(?:defe|damag|fault|broken|used|dead|rent|repair|uszkod|vad|trasig|guast|difett|дефект)\p{L}*/gu
/** What was rented out before is sold now. */
const AFTER_LEASE = /(?<!\p{L})(?:off|ex|end of) (?:lease|leasing|rental)(?!\p{L})/gu
const MOST_LETTERS = 200

/**
 * Reads the condition of a card from what a shop prints for it, in many languages: `Used - Like New`, `Open box`, `Gebraucht`.
 * `rental` is no offer of a card at all. Undefined where the text says nothing about the card, such as `Liquidation`.
 */
export function readCondition(text: string): Condition | 'rental' | undefined {
  const plain = folded(text.slice(0, MOST_LETTERS)).replace(DENIED, ' ').replace(AFTER_LEASE, 'used')
  return WORDS.find(([, words]) => words.test(plain))?.[0]
}

/** Lower case without accents and punctuation; words are separated by one space. */
function folded(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}+|['’.]/gu, '')
    .replace(/[^\p{L}\p{N}*]+/gu, ' ')
    .trim()
}

function wordsOf(list: string): RegExp {
  const words = list.split(',').map(folded)
  // Scripts without spaces have no word boundaries to look for.
  const isSpaced = (word: string) => !/[\u0e01-\u0e4e\u1100-\u11ff\u3041-\u9fff]/.test(word)
  const spaced = words.filter(isSpaced).map((word) => word.replace('*', '[\\p{L}\\p{N}]*'))
  const others = words.filter((word) => !isSpaced(word)).map((word) => word.replace('*', ''))
  return new RegExp([`(?<![\\p{L}\\p{N}])(?:${spaced.join('|')})(?![\\p{L}\\p{N}])`, ...others].join('|'), 'u')
}
