/**
 * What the words of titles mean, in the languages of the markets. In the form of `tokensOf`: lower case, no accents; a `*` at
 * the end stands for any ending; phrases of scripts without spaces are matched character by character.
 */
export type Meaning =
  // the thing
  | 'card'
  | 'spec'
  | 'line'
  | 'maker'
  // other things
  | 'accessory'
  | 'accessory_maker'
  | 'feature'
  | 'part'
  | 'box'
  | 'licence'
  | 'service'
  | 'wanted'
  | 'merchandise'
  | 'component'
  | 'product'
  | 'video'
  | 'computer'
  | 'host'
  | 'cpu'
  | 'storage'
  // small words that give a role to their neighbours
  | 'with'
  | 'without'
  | 'not'
  | 'for'
  | 'from'
  | 'only'
  | 'compare'
  | 'included'
  // state of the card
  | 'for_parts'
  | 'new'
  | 'used'
  | 'refurbished'

const list = (text: string) => text.split('|').map((phrase) => phrase.trim())

export const WORDS: Record<Meaning, string[]> = {
  card: list(
    `graphics card|graphic card|graphics cards|graphic cards|graphics board|graphic board|grafics card|video card|video cards|videocard|英伟达|模组|
    video graphics card|graphics video card|graphic video card|video graphic card|gpu|gpus|gpu card|vga card|gfx|gfx card|display card|graphics adapter|graphics accelerator|
    accelerator|accelerators|accelerator card|accelerator cards|compute card|computing card|computing accelerator|compute accelerator|gpu module|gpu accelerator|mining card|
    tensor core gpu|graphics processing unit|graphics processor|graphic_bo|graphics upgrade|gpu board|workstation card|mpx module|mpx|sxm module|
    grafikkarte|grafikkarten|graka|grafikkarte*|rechenbeschleuniger|beschleunigerkarte|grafikarte|grafik karte|grafica|graficas|
    carte graphique|cartes graphiques|carte video|cg|
    scheda video|schede video|scheda grafica|schede grafiche|
    tarjeta grafica|tarjetas graficas|tarjeta de video|tarjeta video|tarjeta aceleradora|
    placa de video|placas de video|placa grafica|placa video|placi video|placa video*|
    karta graficzna|karty graficzne|karta grafiki|kart graficznych|graficka karta|graficke karty|grafika|graficka kartica|graficna kartica|
    videokaart|videokaarten|grafische kaart|grafische kaarten|grafikkort|grafikkortet|naytonohjain|naytonohjai*|naytonohjaimet|videokartya|videokartyak|ekran karti|
    видеокарт*|відеокарт*|видео карта|видеоадаптер|графическая карта|ускоритель|κάρτα γραφικων|καρτα γραφικων|
    グラボ|グラフィックボード|グラフィックスボード|グラフィックカード|グラフィックスカード|ビデオカード|ビデオボード|显卡|顯卡|显示卡|顯示卡|加速卡|计算卡|運算卡|运算卡|推理卡|矿卡|专业卡|计算加速|
    그래픽카드|그래픽 카드|글카|vga카드|การ์ดจอ|card man hinh|card do hoa|vga cu|kartu grafis`,
  ),
  spec: list(
    `gddr|hbm|cuda|cuda cores|tensor core|tensor cores|tensor|ray tracing|raytracing|dlss|fsr|displayport|display port|dvi|minidp|mini dp|mdp|mini displayport|lhr|non lhr|
    bit|deep learning|ai computing|machine learning|ai training|inference|llm|stable diffusion|boost clock|low profile|lp|full height|half height|single slot|dual slot|fhhl|hhhl|
    passive|passive cooling|blower|turbo|overclocked|oc|ecc|nvlink|sff ready|dual fan|triple fan|tri fan|single fan|rgb|mining|gaming|ampere|turing|pascal|maxwell|kepler|volta|hopper|blackwell|ada|
    rdna|polaris|navi|vram|vga|hdmi|dp|hbcc|tensor core gpu|pci e|pcie|pci express|256bit|oem|founders|navi|vbios|mba|ga102|ga104|ga106|ad102|ad103|ad104|tu102|tu104|tu106|tu116|gp102|gp104|gp106|gb202|gb203|gm200|gk110|navi 31|navi 21|navi 22|navi 10`,
  ),
  line: list(
    `ventus|gaming x|gaming z|gaming trio|trio|suprim|suprim x|twin frozr|armor|aero itx|aero|mech|shadow|vanguard|inspire|expert|tuf|tuf gaming|rog|strix|rog strix|astral|proart|prime|cerberus|phoenix|
    windforce|eagle|aorus|vision oc|master|xtreme|nitro|nitro plus|pulse|toxic|pure|red devil|hellhound|fighter|reaper|red dragon|speedster|merc|qick|swft|thicc|quicksilver|mercury|swift|magnetic air|
    founders edition|founder edition|fe|gamerock|gamingpro|gaming pro|jetstream|super jetstream|stormx|kalmx|infinity|ichill|twin x2|twin edge|twin fan|amp|amp extreme|amp holo|trinity|solid|apocalypse|
    ftw|ftw3|ftw3 ultra|xc|xc3|xc ultra|sc gaming|ssc|sc|acx|icx|hybrid|kingpin|classified|hydro copper|waterforce|igame|vulcan|neptune|ultra w|advanced oc|battle ax|
    metal master|hof|ex gamer|1 click oc|verto|xlr8|epic x|uprising|revel|challenger|phantom gaming|taichi|steel legend|creator|limited edition|iceq|iceq x2|ghost|python|panther|pegasus|
    dual|black edition|black ops|rebel|icraft|terminator|gundam|noctua|reference|custom|windforce oc|gaming oc|bifrost|pred bifrost|nitro bifrost|sakura|cute pet|game master|evoke|megalodon|ax esports|halberd|omega|trinity black`,
  ),
  maker: list(
    `asus|msi|gigabyte|zotac|palit|gainward|pny|evga|inno3d|inno 3d|galax|galaxy|kfa2|colorful|sapphire|powercolor|power color|xfx|asrock|sparkle|gunnir|yeston|maxsun|leadtek|winfast|manli|his|visiontek|
    vision tek|club3d|club 3d|point of view|bfg|biostar|afox|arktek|elsa|ocpc|peladn|onix|acer|51risc|mllse|jieshuo|soyo|jginyue|sapphire tech|kuroutoshikou|玄人志向|七彩虹|影驰|技嘉|微星|华硕|華碩|盈通|铭瑄|蓝宝石|讯景|索泰|映众|耕升|撼讯|瀚铠`,
  ),

  accessory: list(
    `sxm 2 to pcie|sxm2 to pcie|sxm 3 to pcie|sxm 4 to pcie|sxm 5 to pcie|sxm to pcie|pcie to sxm|pcie to sxm 2|pcie to sxm 4|pcie adapter kit|pcie adapter board|pcie carrier board|adapter kit|handbuch|anleitung|driver cd|treiber cd|gpu enablement kit|enablement kit|支え|mining gpu frame|gpu frame|frame|thermal kit|vetraky|nahradne|ventilatory|水冷頭|水冷头|quat tan nhiet|quat|พัดลม|fani|sogutucu|sogutma|ventilatorok|huto|venti|chladenie|jaahdytin|tuuletin|anakart sogutucu|radiator|ricambio|repuesto|spare|remplacement|replacement|zamienny|nahradni|*halterung|*halter|*kabel|*kuhler|*lufter|*luftern|*gehause|*stander|*blende|*rahmen|*koeler|*houder|*hallare|*stutze|*kabels|*block|suporte|suporte vertical|adapters|carrier board|carrier|ventilador repuesto|extension|rallonge|prolunga|alargador|soportes|補助電源ケーブル|補助電源|电源|散热套件|改装|deshroud|deshroud kit|mod kit|3d printed|dust covers|dust plug|slot covers|bracket|brackets|low profile bracket|mounting bracket|slot cover|slotblech|blende|blenden|blocking plate|slotblende|holder|gpu holder|card holder|support bracket|sag bracket|stand|anti sag|brace|gpu support|
    riser|riser cable|riser card|riser ribbon|extension cable|extender|pcie cable|power cable|power cord|power adapter|adapter cable|cable|cables|cord|cablemod|kabel|stromkabel|adapterkabel|cavo|cavi|cavetto|przewod|przewody|kable|кабель|шлейф|
    райзер|переходник|线|转接线|延长线|电源线|模组线|ケーブル|ライザー|ライザーケーブル|変換ケーブル|케이블|라이저|
    adapter board|adapter card|adapter|adaptor|adattatore|adaptateur|adaptador|转接板|转接卡|変換|변환|
    water block|waterblock|full cover block|gpu block|cold plate|wasserblock|wasserkuhler|wasserkuhlung|blocco liquido|bloque de agua|waterkoeler|blok wodny|водоблок|水冷头|水冷块|冷头|分体水|分体式水冷头|水枕|ウォーターブロック|水ブロック|워터블럭|水路|
    cooler|coolers|cooling kit|cooling fan|cooling fans|heatsink|heat sink|heatsinks|kuhler|kuhlkorper|lufter|ersatzlufter|lufterset|lufter set|fan|fans|replacement fan|replacement fans|fan replacement|ventola|ventole|ventilateur|ventilateurs|ventilador|ventiladores|
    wentylator|wentylatory|chlodzenie|ventilator|ventilatory|chladic|flakt|flaktar|вентилятор|вентиляторы|кулер|кулеры|система охлаждения|радиатор|散热器|散热|散热风扇|风扇|風扇|ファン|クーラー|ヒートシンク|쿨러|쿨링팬|히트싱크|
    dissipatore|dissipateur|disipador|refroidissement|ventirad|koeler|koelblok|fan shroud|fan duct|shroud|duct|blower kit|fan kit|conversion kit|
    backplate|back plate|backplates|metal backplate|背板|バックプレート|백플레이트|бэкплейт|
    thermal compound|putty|anti affaissement|support anti affaissement|support carte graphique|support gpu|supporto gpu|supporto vga|soporte gpu|soporte grafica|thermal pad|thermal pads|pads|thermal paste|thermal putty|warmeleitpads|warmeleitpad|warmeleitpaste|pate thermique|pads thermiques|pasta termica|pad termici|pasta termoprzewodzaca|termopady|термопрокладки|термопрокладка|термопаста|导热垫|硅脂|サーマルパッド|
    nvlink bridge|sli bridge|hb sli|sli bridge|hb bridge|bridge|nvlink 2 slot|nvlink 3 slot|bruecke|bruecke|brucke|pont nvlink|ponte sli|bridż|ブリッジ|crossfire bridge|quadro sync|framelock|quadro sync ii|sync card|
    enclosure|egpu enclosure|gpu enclosure|egpu case|egpu dock|docking station|dock|gehause|boitier|boitier egpu|case fan|
    dummy plug|headless adapter|hdmi dummy|faceplate|face plate|io shield|i o shield|front bezel|bezel|dust cover|dust filter|protective film|skin|vinyl wrap|sticker|aufkleber|decal|keychain|
    pcie connector|power connector|12vhpwr|12v 2x6|8 pin cable|sleeved|capacitor|screws|screw set|spare parts kit|mounting kit|vertical mount|vertical gpu mount|vertikal|mounting plate|supporto|soporte|halterung|grafikkartenhalter|grafikkartenhalterung|grafikkartenstutze|uchwyt|wspornik|drzak|кронштейн|держатель|подставка|支架|显卡支架|ホルダー|ステイ|サポートステイ|支え棒|지지대|브라켓|ブラケット|挡板|suport|steun|beugel|
    retaining clip|test bench|backpanel|bios chip|bios programmer|multi display adapter|mxm adapter|mini pcie adapter|oculink adapter|m2 adapter|nvme adapter|mining frame|mining rack|rack mount|rail kit|rails|rackmount kit`,
  ),
  accessory_maker: list(
    `alphacool|ek|ekwb|ek quantum|bykski|barrow|iceman|barrowch|heatkiller|watercool|aqua computer|aquacomputer|raijintek|arctic|thermal grizzly|gelid|thermalright|cablemod|lian li|cooler master|coolermaster|nzxt|phanteks|thermaltake|akasa|icy dock|razer core|sonnet|startech|ugreen|sabrent|ezdiy|uphere|jeyi|fractal|silverstone|deepcool|be quiet|bequiet|linkup|delock|noctua nf|morpheus|accelero|id cooling|snowman|upsiren|honeywell|corsair hydro x|byksi|freezemod|granzon|eisblock|kryographics|mountain mods|antec|montech|bitspower|ybris|liquid haven`,
  ),
  feature: list(
    `new paste|new thermal paste|needs new paste|fresh paste|neue paste|repaste done|rental retired|ex rental|off lease|lease return|end of lease|deshroud|deshrouded|ready to ship|ready to go|ready stock|quat em|1 year warranty|2 year warranty|3 year warranty|warranty left|year warranty|2 jahre garantie|garantie|garanzia|garantia|gwarancja|thermal pads upgraded|new thermal pads|repasted|thermal pads replaced|new pads|thermal paste replaced|new listing|new driver|new drivers|no display output|no display outputs|no display ports|no video outputs|no video output ports|no fan|fanless|three fan|two fan|2 fan|3 fan|1 fan|dual fans|triple fans|2 fans|3 fans|three fans|two fans|zero fan|axial fan|blower fan|big fan|twin fan|quad fan|0db|0 db|silent fan|fans spin|fan noise|one fan|both fans|all fans|single fan|twin fans|tri fan|lufter laufen|双风扇|三风扇|涡轮风扇|单风扇|
    liquid cooled|watercooled|water cooled|liquid cooling|vapor chamber|windforce cooler|cooler master edition|lp brk`,
  ),
  part: list(
    `cooler only|heatsink only|fans only|fan only|shroud only|backplate only|pcb only|board without core|no core|without core|no gpu core|gpu chip|gpu chips|core chip|gpu core|bga chip|bga|chipset|chips|chip|memory chips|memory modules|chip only|bare pcb|bare board|empty pcb|blank pcb|pcb|dead pcb|no pcb|
    spare parts|replacement parts|parts bundle|空板|空卡板|核心|无核心|無核心|芯片|显存颗粒|基板のみ|チップ|칩|기판|чип|микросхема|плата без чипа|без чипа|текстолит|kondensator|mosfet|vrm|memory ic|dram chip|memory chips|memory chip|reballed|reballing stencil|stencil|memory ic|gddr6 chip|gddr5 chip|gddr6x chip|gddr6 ic|hbm2 chip`,
  ),
  box: list(
    `foto|bots only|for bots|dont bid|do not bid|humans dont bid|not for humans|no bots|картинка|фото|กล่องเปล่า|เฉพาะกล่อง|hop rong|vo hop|chi hop|box rong|box only|empty box|boxes only|only box|only the box|just the box|empty retail box|original box only|retail box only|packaging only|leerkarton|leere verpackung|nur ovp|nur karton|nur verpackung|nur originalverpackung|leer ovp|leerverpackung|nur leerkarton|ovp leer|karton leer|
    boite vide|emballage vide|boite seule|carton vide|boite seulement|scatola vuota|solo scatola|solo la scatola|confezione vuota|caja vacia|solo caja|solo la caja|caixa vazia|so a caixa|apenas caixa|apenas a caixa|somente caixa|puste pudelko|samo pudelko|tylko pudelko|pudelko po|karton po|pudelko od|prazdna krabice|jen krabice|krabice od|lege doos|alleen doos|tom kartong|endast kartong|tom eske|tyhja laatikko|
    пустая коробка|только коробка|коробка от|коробка для|空盒|包装盒|空箱|箱のみ|外箱のみ|元箱のみ|빈박스|박스만|공박스|picture only|photo only|picture of|photo of|printed photo|image only|print only|jpeg|foto only|no graphics card|no gpu|no board|no video card|no card|without card|without gpu|without graphics card|card not included|gpu not included|ohne karte|ohne grafikkarte|sans carte|senza scheda|sin tarjeta|sin grafica|bez karty|без карты|без видеокарты|カードなし|本体なし|不含显卡|无显卡|本体は付属しません|gpu nicht enthalten|does not include gpu|sem placa|utan kort|uden kort|ilman korttia|zonder kaart|zonder videokaart`,
  ),
  licence: list(
    `licence|license|licenses|licences|licensing|licenza|licencia|licenca|lizenz|lizenzen|licencja|лицензия|subscription|entitlement|software|support renewal|renewal|maintenance renewal|sums|vgpu software|vws|virtual workstation|virtual pc|vpc|vapps|ai enterprise|omniverse enterprise|nvaie|game code|geforce now|cloud gaming code|gaming code|game key|steam key|redeem code|coupon|download code|gutschein|voucher|abonnement|1 year subscription|3 year subscription|5 year subscription|
    warranty extension|extended warranty|extended service|care pack|support plan|service plan|garantieverlangerung|授权|许可|订阅|ライセンス|라이선스|subskrypcja`,
  ),
  service: list(
    `leihen|zu leihen|verleih|mietbar|tuning service|undervolting|remote service|credit|runpod|vast ai|monthly|monthly plan|wymiana|wymiana past|repaste service|repasting|vymena|csere|upgrade vram|vram upgrade|vram umbau|servizio modifica|servizio|umbau|umbauservice|speicher upgrade|mod service|servidor dedicado|mensal|mensile|monatlich|per month|por mes|par mois|miesiecznie|월|por hora|all ora|pro stunde|a l heure|repair service|gpu repair|repair gpu|reparatur|reparaturservice|reparation|service de reparation|riparazione|servizio riparazione|servicio de reparacion|reparacion de|reparacion|conserto|reparo|naprawa|naprawy|oprava|opravy|servis|ремонт|维修|修理|수리|repasting service|cleaning service|reball|reballing|memory upgrade service|vram upgrade service|upgrade service|
    rental|rent|for rent|to rent|hourly|per hour|hr|mieten|vermietung|zu vermieten|miete|location de|location|noleggio|alquiler|aluguel|wynajem|wypozyczenie|аренда|в аренду|сдам|出租|租赁|租用|レンタル|대여|임대|cloud gpu|gpu cloud|cloud rental|nettoyage|service nettoyage|on demand|vps|dedicated server|hosting|gpu server hosting|consulting|mail in|mining contract|hashrate`,
  ),
  wanted: list(
    `ζητειται|alim|aliyorum|satin alinir|vasarolnek|vasarolok|keresek|venném|收購|高價收購|高价收购|收显卡|徵求|徵|can mua|mua lai|thu mua|รับซื้อ|ต้องการซื้อ|αγοραζω|ζητω|купим|купується|куплю у|kupuje|odkupie|skupuje|koupime|vykup|ostan|kjoper|onsker a kjope|jeg kjoper|soker|wtb|want to buy|wanted|looking for|looking to buy|we buy|i buy|buying|in search of|iso|sell us your|trade in|trade in your|cash for|isb|
    suche|gesucht|ankauf|kaufe|wir kaufen|ich suche|recherche|cherche|je cherche|achete|rachat|cerco|cercasi|compro|acquisto|busco|se busca|procuro|compra se|kupie|kupię|skup|poszukuje|szukam|koupim|poptavam|hledam|sprzedaj nam|gezocht|zoek|ik zoek|te koop gevraagd|sokes|kopes|kobes|onskes|ostetaan|etsin|kupim|keresek|vennek|caut|cumpar|
    куплю|скупка|выкуп|ищу|求购|收购|回收|高价回收|収購|買取|求む|買います|삽니다|구매합니다|구합니다|매입|aranıyor|araniyor|alinir`,
  ),
  merchandise: list(
    `dollhouse|decor|desk decor|miniature|desk ornament|scale model|manual|repair manual|download|bios file|guide|ebook|e book|course|tutorial|schematic|schematics|boardview|pdf|schlusselanhanger|porte cle|porte cles|portachiavi|llavero|chaveiro|brelok|privesek|nyckelring|брелок|anhanger|t shirt|tshirt|shirt|hoodie|mug|cup|poster|keyring|key ring|keychain|lanyard|sticker|stickers|mouse pad|mousepad|mouse mat|deskmat|desk mat|plush|toy|figure|figurine|lego|pin badge|badge|enamel pin|cap|hat|socks|backpack|bag|tote|flag|banner|replica|display model|dummy|mockup|fake|shoes|hiking|boots|trainers|sneakers|sandals|jacket|
    schuhe|wanderschuhe|stiefel|chaussures|scarpe|zapatillas|zapatos|buty|boty|обувь|кроссовки|футболка|кружка|наклейка|коврик|手办|钥匙扣|鞋|tasse|tazza|taza|kubek|poduszka|3d print|3d printed model|stl file|wall art|canvas|book|buch|livre|manual only|magazine|decoration|ornament|lamp|nightlight|clock|coaster|tapis de souris|mauspad|magliett*|camiseta|koszulka|キーホルダー|tシャツ|マウスパッド|ステッカー|키링|스티커|trading card|pokemon|model kit|bearing|transponder|ads b`,
  ),
  component: list(
    `b 350|b 450|b 550|b 650|b 360|b 365|b 460|b 560|b 660|b 760|b 840|b 850|x 370|x 470|x 570|x 670|x 870|z 270|z 370|z 390|z 490|z 590|z 690|z 790|z 890|h 310|h 370|h 410|h 470|h 510|h 570|h 610|h 670|h 770|supernova|bundle|capacitors|capacitors kit|capacitor kit|*netzteil|*monitor|seasonic|rm1000x|rm850x|rm750x|focus gx|80 plus|atx 3|gold psu|modular psu|1000w|850w|750w|1200w|corsair rm|chargeur|caricatore|cargador|carregador|充电器|зарядка|charger adapter|nabijecka|lader|motherboard|mainboard|logic board|system board|main board|hauptplatine|carte mere|scheda madre|placa base|placa mae|placa madre|plyta glowna|zakladni deska|moederbord|moderkort|emolevy|alaplap|материнская плата|материнка|мат плата|主板|マザーボード|메인보드|
    power supply|psu|netzteil|alimentation|alimentatore|fuente de alimentacion|fonte de alimentacao|zasilacz|zdroj|voeding|блок питания|电源|電源ユニット|파워서플라이|파워|
    monitor|display monitor|bildschirm|ecran|schermo|монитор|显示器|モニター|모니터|lcd panel|lcd screen|pc case|computer case|tower case|midi tower|mid tower|barebone case|chassis only|ssd|hdd|nvme ssd|m 2 ssd|hard drive|festplatte|disque dur|
    ram kit|memory module|dimm|so dimm|rdimm|udimm|cpu cooler|aio cpu|aio cooler|liquid cpu cooler|cpu|processor|prozessor|processeur|processore|procesador|processador|procesor|процессор|处理器|プロセッサ|프로세서|raid controller|raid card|hba|network card|nic|network adapter|ethernet adapter|connectx|infiniband|mellanox|sound card|wifi card|switch|router|
    keyboard|mouse|headset|headphones|webcam|battery|akku|ladegerat|charger|ac adapter|tastatur|klavier|touchpad|hinge|palmrest|bildschirmhalter|laptop screen|usb hub|kvm|server board|gpu baseboard|hgx baseboard|backplane|gpu tray|midplane|fpga|alveo|stratix|xeon phi|coprocessor|fpga accelerator`,
  ),
  product: list(
    `vespa|lexus|rolex|trumpet|mouthpiece|oral b|motorola|moto guzzi|microphone|lenovo tab|tab m10|ath|toshiba|tp link|tapo|smart plug|plug|wifi plug|ubiquiti|philips hue|dual sim|sim free|samsung galaxy|galaxy m|galaxy a|galaxy tab|galaxy note|digitalkamera|digital camera|sony|canon|nikon|fujifilm|olympus|panasonic|denon|brother|epson|casio|philips|oppo|graphing calculator|calculator|taschenrechner|camera|mirrorless|kamera|appareil photo|fotocamera|camara|камера|相机|カメラ|lens|objektiv|smartphone|phone|handy|telefon|mobile phone|telefono|telephone|iphone|huawei|pixel|galaxy s|xiaomi|redmi|tablet|ipad|headset|mixamp|earbuds|speaker|av receiver|receiver|aventage|soundbar|amplifier|turntable|radio|portable radio|walkman|headphones|sennheiser|tv|television|smart tv|projector|beamer|printer|drucker|scanner|toner|
    car|auto|automobile|felgen|rims|tires|brake|bmw|audi a4|audi|audi a6|volkswagen|toyota|porsche|yamaha|honda|suzuki|kawasaki|ducati|motorcycle|bike|fahrrad|mountain bike|scooter|helmet|gps|garmin|marine|watch|uhr|montre|guitar|gitarre|keyboard piano|synth|drone|dji|vacuum|drill|makita|milwaukee|bosch|saw|grinder|lathe|torx|screwdriver|
    xbox|playstation|ps4|ps5|nintendo|steam deck|rog ally|console|konsole|raspberry|arduino|tesla model|model 3|model y|model s|tesla coil|powerwall|sneaker|perfume|blender|thermostat|fridge|washing machine|kuhlschrank|air conditioner|paper|a4 paper|photo paper|a3 paper|toner cartridge|insulin|pump|ventilator pump|coffee|multimeter|oscilloscope|fluke|ups|apc|
    airpods|pods|ram 1500|ford|gmc|silverado|truck|tractor|engine|turbocharger|exhaust|alternator|headlight|filter|oil|socket set|wrench|impact|compressor`,
  ),
  video: list(
    `mxo|mxo 2|capture|capture card|video capture|capturing|capturing device|frame grabber|grabber|tv tuner|tuner|tvbox|tv box|encoder|decoder|transcoder|converter|scaler|scan converter|switcher|splitter|extractor|embedder|extender|hdbaset|edid|emulator|video wall|video processor|format processor|multiviewer|matrix switch|signal generator|pattern generator|usb display|usb to|usb 2|usb 2.0|usb 3|usb 3.0|usb 3.1|usb 3.2|external video|external multi monitor|displaylink|multi monitor|multi display|dualhead2go|triplehead2go|quadhead2go|dual head2go|
    docking|kvm|video over ip|video over|video over ip encoder|av bridge|streaming|streamer|recorder|recording|live gamer|xtra go|ezmaker|h 264|h 265|sdi|ndi|video expansion|expansion card|monarch|maevex|matrox monarch|digital multimedia|audio converter|video adapter|active adapter|dms 59 cable|dms59 splitter|dmx|decklink|intensity pro|ultrastudio|aja|elgato|magewell|avermedia|webcam capture|capture device|wandler|konverter|convertisseur|convertitore|conversor|convertidor|przejsciowka|konwerter|преобразователь|конвертер|采集卡|採集卡|キャプチャ|キャプチャー|캡처|capturadora|scheda di acquisizione|carte d acquisition|acquisition card|tarjeta capturadora|placa de captura|захвата|карта захвата|видеозахвата|karta przechwytujaca|nagrywarka|capture karte|capturekarte|video grabber|usb video|usb adapter|usb c adapter|usb c`,
  ),
  computer: list(
    `sistem|sistema|system|gaming system|tour gamer|gaming tower|consola|game console|console|hgx|gpu system|full system|complete system|*laptop|*rechner|servidor|serveur|serveur gpu|rig de minage|rig minage|rig minado|rig de mineria|rig de mineracao|koparka|koparki|майнинг ферма|ферма|矿机|礦機|マイニングリグ|채굴기|คอมประกอบ|คอม|โน๊ตบุ๊ค|โน้ตบุ๊ก|may tinh|may bo|laptop gaming|bo pc|dan pc|υπολογιστης|λαπτοπ|拯救者|天选|暗影精灵|机械革命|神舟|战神|galleria|ドスパラ|g tune|gaming nuc|mini itx pc|jetson|jetson nano|jetson orin|jetson xavier|jetson tx2|orin nano|laptop|laptops|notebook|notebooks|gaming laptop|mobile workstation|ultrabook|macbook|ordinateur portable|pc portable|portatil|portatile|computer portatile|laptopa|notebookow|ноутбук*|笔记本|筆電|游戏本|笔记本电脑|ノートパソコン|ノートpc|노트북|
    pc|server|workstation|gaming pc|gaming computer|gamer pc|pc gamer|pc gaming|desktop|desktop pc|desktop computer|tower pc|pc tower|gaming rig|gaming desktop|mining rig|rig|prebuilt|pre built|workstation pc|komplett pc|komplettpc|komplettsystem|rechner|spiele pc|spielerechner|computer|ordinateur|unite centrale|tour pc|pc fixe|pc complet|pc assemblato|computer fisso|pc fisso|pc completo|ordenador|computador|torre|pc sobremesa|sobremesa|komputer|komputer do gier|komputer stacjonarny|pc herni|herni pc|pocitac|herni pocitac|
    stationar|speldator|dator|gamingdator|pelikone|tietokone|stasjonar|gaming dator|szamitogep|gamer szamitogep|oyun bilgisayari|oyuncu bilgisayari|bilgisayar|компьютер|компьютер*|игровой компьютер|игровой пк|пк|системный блок|системник|комп ютер|ігровий пк|电脑|主机|整机|台式机|台式|工作站主机|ゲーミングpc|デスクトップ|デスクトップpc|パソコン|컴퓨터|본체|게이밍pc|데스크탑|조립pc|
    gpu server|ai server|rack server|server chassis|serwer|сервер|服务器|サーバー|서버|barebone|nas|mini pc|minipc|all in one|aio pc|thin client|superchip server|dgx|dgx station|dgx spark|hgx system|supercomputer|ai computer|imac|mac mini|mac studio|combo|bundle pc|upgrade kit|aufrustkit|zestaw komputerowy|aufrustset|pc bundle|stream pc`,
  ),
  host: list(
    `hgx|mifcom|dream machines|zephyrus g14|hyrican|one gaming|megaport|agando|pcspecialist|scan 3xs|chillblast|bestia|x kom|x kom g4m3r|lenovo legion|hp omen|msi katana|acer nitro|nitro an515|an515|dell g15|g15|g16|rog strix g|tuf gaming a15|tuf gaming f15|vivobook pro|swift x|loq 15|akoya|mac pro|sys|gigabyte server|asus server|tyan|quanta|poweredge|proliant|thinkpad|thinkstation|thinkcentre|optiplex|precision|latitude|inspiron|xps|alienware|vostro|zbook|elitebook|elitedesk|probook|prodesk|z2|z4|z6|z8|z240|z440|z640|z840|z420|z620|z820|omen|pavilion|victus|envy|legion|ideapad|ideacentre|yoga|loq|predator|nitro 5|aspire|swift|helios|zephyrus|flow|rog flow|vivobook|zenbook|expertbook|proart studiobook|tuf dash|tuf a15|tuf f15|katana|stealth|raider|titan gt|cyborg|sword|pulse 15|crosshair|vector gp|delta 15|aorus 15|aorus 17|aero 15|razer blade|surface|clevo|tongfang|xmg|medion|erazer|captiva|ibuypower|cyberpower|cyberpowerpc|skytech|corsair one|maingear|apollo|synergy|superdome|ucs|c240|c220|superserver|sys 4029|4029gp|4124gs|4028gr|r720|r730|r740|r740xd|r750|r7525|t430|t440|t480|t490|t14|p53|p52|p51|p1|p15|dl380|dl360|dl580|ml350|sr650|esc4000|esc8000|g292|g482|inspur|wwt|t7810|t7820|t5810|t5820|t7910|t7920|t3600|t5600|t3620|m15|m17|xw|z600|z800|celsius|esprimo|primergy|macbook pro|core x`,
  ),
  cpu: list(
    `i3|i5|i7|i9|ryzen|ryzen 3|ryzen 5|ryzen 7|ryzen 9|threadripper|xeon|xeon gold|xeon silver|epyc|core i3|core i5|core i7|core i9|core ultra|ultra 5|ultra 7|ultra 9|celeron|pentium|athlon|opteron|fx 8350|fx 6300|intel core|lga1150|lga1151|lga1200|lga1700|lga 1700|am4|am5|socket am4|m1 max|m2 max|рязань|райзен`,
  ),
  storage: list(
    `ssd|hdd|nvme|1tb|2tb|m 2|sata|tb ssd|gb ssd|gb ram|ram|ddr4|ddr5|ram ddr4|ram ddr5|win 10|win 11|windows|windows 10|windows 11|win10|win11|no os|os|wifi|wlan|bluetooth|oled|full hd display|144hz|165hz|240hz|ips|fhd|qhd|webcam|bay|озу|оперативки|内存|固态|メモリ|램`,
  ),

  with: list(
    `with|w|incl|including|includes|inc|plus|and|mit|inkl|inklusive|samt|und|avec|et|con|e|y|z|ze|wraz z|s|med|og|och|met|en|com|cu|si|с|со|и|в комплекте|带|含|附|送|付き|付|セット|포함|ile|ja`,
  ),
  without: list(
    `without|no|w o|wo|ohne|sans|senza|sin|sem|bez|utan|uden|uten|zonder|ilman|fara|без|不含|无|無|なし|없음|kein|keine|missing|lacks|nelkul`,
  ),
  not: list(`not|isn t|isnt|nicht|pas|non|no es|nie|neni|inte|ikke|niet|ei|не|不是|非|ではない|아님|never|kein`),
  for: list(
    `for|fur|fuer|pour|per|para|do|dla|pro|k|for use with|til|till|for den|voor|pentru|для|под|用|适用|適用|通用|対応|用の|용|icin|hoz|hez|varten|worked with|used with|fits|fit|compatible|compatible with|compatibile|compatibile con|compatibles|kompatibel|kompatibel mit|passend|passend fur|passt|suitable|suitable for|works with|supports|support|ready|tested with|adatto|adatta|zgodny|pasuje|pasuje do|kompatybilny|kompatibilni|geschikt|geschikt voor|passar|passer|sopii|подходит|совместим|совместимый|поддерживает|兼容|互換|対応品|호환|uyumlu`,
  ),
  from: list(
    `demontee|demontee d un|demonte|demontata|smontata|desmontada|demontowana|getestet aus|uitgebouwd|wegen|weil|cause|suite achat|per passaggio|because|since|perche|porque|z powodu|kvuli|vanwege|из за|в связи|in my|in meinem|war in|lief in|dans mon|nel mio|en mi|was in|used in|ran in|verbaut in|z mojego|w moim|i min|from|pulled|pulled from|pull|pulls|removed|removed from|taken from|out of|came out of|ex|aus|ausgebaut aus|ausgebaut|issu|issue|issue d un|proveniente|da|di|procedente|saque de|z demontazu|wyjeta z|wymontowana|z|uit|fran|fra|из|снята с|снят|拆机|拆|取り外し|から取り外し|extracted|harvested|decommissioned|salvaged|de um|ze stroje`,
  ),
  only: list(
    `only|just|nur|seulement|uniquement|seul|seule|soltanto|solamente|solo|sola|apenas|somente|tylko|samo|sam|pouze|jen|jenom|alleen|endast|bara|kun|vain|только|лишь|のみ|だけ|만|sadece|doar|csak|仅|只`,
  ),
  compare: list(
    `reflashed to|reflashed|reflashed as|contre|possible contre|echange contre|echange possible contre|tausch gegen|auch tausch gegen|gegen|cambio por|scambio con|zamiana na|wymiana na|обмен на|swap for|flashed to|flashed as|flashed|bios flashed to|bios of|vs|versus|than|like|similar|similar to|equivalent|equivalent to|equals|equal to|comparable|comparable to|beats|beat|better|faster|faster than|better than|same as|class|killer|replaces|alternative|alternative to|instead of|wie|besser als|schneller als|vergleichbar|statt|comme|mieux que|equivalente|come|meglio di|mejor que|como|melhor que|jak|lepsza niz|lepsze niz|jako|лучше|аналог|как|быстрее|уровня|замена|媲美|相当于|秒杀|超|より速い|相当|級|급|보다|slower than|upgrade over|between|on par|on par with|close to|almost|nearly|rivals|outperforms|similaire|im vergleich|upgraded to|upgrading to|upgrade to|moving to|switched to|bought a|got aegen upgrade auf|upgrade auf|umstieg auf|passage a|passo a|przesiadka na|перешел на|now have|replaced by|ersetzt durch|da ich auf|traded for|swap for|trade for|tausch gegen|scambio con|échange contre`,
  ),
  included: list(
    `included|includes|inklusive|inclus|incluse|inclusi|inclusa|incluso|incluido|incluida|installed|fitted|attached|dabei|vorhanden|montiert|verbaut|zainstalowany|gratis|w zestawie|w komplecie|dolaczony|soucasti|v baleni|medfoljer|folger|medfolger|bijgeleverd|mukana|в комплекте|установлен|已装|赠送|附带|付属|동봉|dahil|mellékelt|swapped|replaced|repasted|new|fresh|neue|neuer|neuen|changed|gewechselt|erneuert|refait|changes|neuf|nova|nowe|nowy|zmieniona|wymieniona|wymieniony|новая|замена|поменял|заменена`,
  ),

  for_parts: list(
    `ohne funktion|fehlerhaft|inte fungerande|crashing|crashes under load|fungerar icke|fonctionne plus|does not turn on|doesnt turn on|wont turn on|not turning on|spares or repairs|ne fonctionne plus|ne s allume plus|nao liga|no enciende|non si accende|geht nicht an|nie wlacza sie|nie uruchamia sie|nezapne|startar inte|gaat niet aan|артефакти|під ремонт|на ремонт|потребує ремонту|for parts|for spares|for repair|for spares or repair|spares or repair|spares repair|spares repairs|spares and repair|parts or repair|parts repair|parts only|for parts only|for parts or repair|parts not working|not working|doesnt work|does not work|non working|non functional|nonfunctional|not functional|broken|dead|faulty|defective|damaged|artifacts|artifacting|artefacts|artifact|no display|no video output|no signal|no post|wont post|doesnt post|not detected|wont boot|black screen|untested for parts|as is for parts|needs repair|need repair|fault|repair or parts|donor|donor card|bad memory|bad vram|burnt|burned|water damaged|cracked|scrap|error 43|code 43|crashes|does not post|junk|shorted|
    defekt|defekte|defektes|defekter|defekten|kaputt|kaputte|bastler|an bastler|fur bastler|ersatzteilspender|ersatzteile|zum ausschlachten|kein bild|ohne bild|bildfehler|pixelfehler|funktioniert nicht|geht nicht|lauft nicht|nicht funktionsfahig|teildefekt|grafikfehler|artefakte|als ersatzteil|
    hs|hors service|en panne|panne|defectueuse|defectueux|pour pieces|pour piece|pieces detachees|ne fonctionne pas|ne marche plus|ne marche pas|a reparer|plus de signal|pas d affichage|pour reparation|artefact|
    guasta|guasto|rotta|rotto|difettosa|difettoso|non funzionante|non funziona|per ricambi|per pezzi|pezzi di ricambio|da riparare|artefatti|non da segnale|non va|
    averiada|averiado|estropeada|estropeado|defectuosa|defectuoso|para piezas|para repuestos|para reparar|no funciona|no da imagen|no da video|rota|danada|danado|repuestos|despiece|para despiece|
    com defeito|defeito|defeituosa|nao funciona|queimada|avariada|avariado|para pecas|para retirada de pecas|retirada de pecas|sem video|nao da video|com problema|
    uszkodzona|uszkodzony|uszkodzone|na czesci|niesprawna|niesprawny|zepsuta|zepsuty|nie dziala|do naprawy|artefakty|brak obrazu|spalona|dawca|nieprawna|
    vadna|vadne|nefunkcni|na dily|na nahradni dily|poskozena|nefunguje|rozbita|spalena|na opravu|pokazena|na suciastky|nefunkcna|
    defect|defecte|kapot|kapotte|voor onderdelen|werkt niet|geen beeld|trasig|trasiga|defekt|fungerar inte|fungerar ej|reservdelar|for reservdelar|odelagt|odelagd|ødelagt|virker ikke|reservedele|reservedeler|fungerer ikke|odelagte|rikki|viallinen|ei toimi|varaosiksi|varaosiks|ei kuvaa|hibas|rossz|nem mukodik|alkatresznek|alkatreszek|arizali|bozuk|calismiyor|yedek parca|parca icin|defecta|defect|pentru piese|nu functioneaza|nefunctional*|arsa|
    на запчасти|под восстановление|неисправна|неисправная|неисправный|нерабочая|нерабочий|не рабочая|не работает|не рабочий|сломана|сломанная|битая|битый|дефект|артефакты|артефачит|нет изображения|без изображения|не запускается|под ремонт|в ремонт|на детали|донор|сгорела|отвал|на розбірку|на запчастини|несправна|неробоча|не працює|не дает изображения|не включается|с дефектом|
    故障|坏卡|壞卡|坏|损坏|報廢|报废|不亮|花屏|黑屏|维修卡|尸体|尸体卡|待修|有故障|不开机|点不亮|ジャンク|ジャンク品|故障品|動作不良|動作不可|不動|不動品|映らない|部品取り|画面出ない|壊れ|未動作|고장|부품용|불량|고장품|화면안나옴|작동안함|수리용|AS용`,
  ),
  new: list(
    `ungeoffnet|unused|unbenutzt|brand new|bnib|new in box|new sealed|factory sealed|sealed|new|nib|unopened|neu|neuware|originalverpackt|neuf|nuovo|nuova|nuevo|nueva|novo|nova|precintada|sigillata|nowa|nowy|fabrycznie nowa|nova|novy|nieuw|ny|helt ny|uusi|новая|новый|новая в упаковке|全新|未拆封|未拆|新品|未開封|未使用|새제품|새상품|미개봉|sifir|uj|bontatlan|nou|nou sigilat`,
  ),
  used: list(
    `مستعمل|มือสอง|cu|da qua su dung|neuwertig|ex mining|mining used|leicht gebraucht|wenig benutzt|lightly used|gently used|like new|as new|wie neu|comme neuf|come nuovo|come nuova|como nuevo|como nueva|como novo|jak nowa|jak nowy|jako nova|als nieuw|som ny|som nytt|как новая|в идеале|99新|95新|9成新|95成新|成色|美品|未使用に近い|거의 새것|used|pre owned|preowned|second hand|secondhand|gebraucht|gebrauchte|occasion|d occasion|usata|usato|usado|usada|segunda mano|seminovo|seminova|uzywana|uzywany|pouzita|pouzity|tweedehands|gebruikt|begagnad|begagnat|brukt|brugt|kaytetty|б у|бу|бывшая|二手|中古|중고|hasznalt|ikinci el|2 el|second`,
  ),
  refurbished: list(
    `refurbished|refurb|renewed|reconditioned|recertified|generaluberholt|aufbereitet|reconditionne|reconditionnee|ricondizionato|ricondizionata|reacondicionado|reacondicionada|recondicionado|recondicionada|odnowiona|poleasingowa|repasovana|repasovany|refurbished gpu|восстановленная|восстановлен|翻新|官翻|整備済|整備品|리퍼|리퍼비시|factory refurbished`,
  ),
}
