import type { Conversation } from './script.ts';

/** What the desks write to growers, mills and agents, each in the language of that trade. */
export const ABROAD: readonly Conversation[] = [
  {
    id: 'rouen',
    between: ['mathieu', 'etienne'],
    captures: ['mathieu'],
    lines: [
      ['07:05', 'mathieu', 'Bonjour Étienne, tu as vu l’ouverture ? On parle de 218 rendu Rouen.'],
      ['07:09', 'etienne', 'Déjà ? Garde-moi 2 000 t jusqu’à dix heures.'],
      [
        '07:44',
        'mathieu',
        "C'est réservé. Protéines 11,5 garanties, à confirmer à Noël ?",
        [],
        { charset: 'iso-8859-1' },
      ],
      ['09:33', 'etienne', 'Le graphique dit qu’on attend encore un peu 😅', ['chart']],
      ['09:36', 'mathieu', 'Le graphique ne paie pas le stockage, mon ami.'],
      ['09:52', 'etienne', 'Bon. 217,50 et c’est fait. 🤝'],
    ],
  },
  {
    id: 'hamburg',
    between: ['greta', 'oskar'],
    captures: ['oskar'],
    lines: [
      [
        '07:51',
        'greta',
        'Guten Morgen Herr Brandt, der Roggen aus der Uckermark: Fallzahl über 180?',
      ],
      ['07:56', 'oskar', 'Moin! 192 im Mittel, Auswuchs unter 2 %. Prüfbericht geht gleich raus.'],
      ['09:34', 'greta', 'Gefällt mir. Rufe Sie in fünf Minuten an.'],
      ['16:58', 'oskar', 'Vertrag ist unterschrieben, schöne Grüße an die Mühle 🌾'],
    ],
  },
  {
    id: 'gdynia',
    between: ['kasia', 'agnieszka'],
    captures: ['agnieszka'],
    lines: [
      ['07:58', 'kasia', 'Dzień dobry, mgła taka, że nie widać dźwigu. Statek czeka na redzie.'],
      ['08:02', 'agnieszka', 'Ojej. Pilot coś obiecuje?'],
      ['08:24', 'kasia', 'Proszę, widok z biura. Gdzieś tam jest Halcyon Tern 😂', ['fog']],
      ['12:31', 'kasia', 'Przejaśnia się. Wejście planowane na 04:00.'],
      ['12:33', 'agnieszka', 'Świetnie, dziękuję! Zgłoś, proszę, gotowość na piśmie.'],
    ],
  },
  {
    id: 'alexandria',
    between: ['omar', 'layla'],
    captures: ['layla'],
    lines: [
      ['09:12', 'omar', 'صباح الخير يا ليلى، هل وصلت شهادة المنشأ؟'],
      ['09:15', 'layla', 'صباح النور أستاذ عمر، نعم، أرسلتها إلى المصرف قبل قليل ✅'],
      ['09:57', 'omar', 'ممتاز. سأتصل بك بعد قليل بخصوص الشحنة الثانية'],
      ['14:48', 'layla', 'تم تأكيد ٣٠٠٠ طن، والتسليم في الأسبوع الأول من يناير'],
    ],
  },
  {
    id: 'mumbai',
    between: ['anjali', 'priya'],
    captures: ['priya'],
    lines: [
      ['08:36', 'anjali', 'नमस्ते प्रिया, चने का भाव आज क्या चल रहा है?'],
      ['08:40', 'priya', 'नमस्ते अंजलि जी, सुबह से दो डॉलर ऊपर। शाम तक रुकें?'],
      ['11:33', 'anjali', 'फ़ोन कट गया 🙈 शाम को बात करते हैं'],
      ['16:15', 'priya', 'ठीक है, भाव वही है। कल सुबह बुकिंग कर दूँ?'],
    ],
  },
  {
    id: 'dalian',
    between: ['yulan', 'weilin'],
    captures: ['weilin'],
    lines: [
      ['07:22', 'yulan', '早上好，大连港今天风大，装船要推迟一天。'],
      ['07:25', 'weilin', '收到，我通知船东。请发一份书面通知。', [], { charset: 'gb18030' }],
      ['10:52', 'yulan', '电话在办公室接了，合同没有问题👍', [], { charset: 'utf-16' }],
      ['10:55', 'weilin', '好的，辛苦了！'],
    ],
  },
  {
    id: 'yokohama',
    between: ['sakura', 'junpei'],
    captures: ['junpei'],
    lines: [
      ['07:33', 'sakura', 'おはようございます。横浜は快晴です🌅', ['harbour']],
      ['07:37', 'junpei', 'いい写真ですね。ロンドンは雨です。'],
      ['08:18', 'sakura', '新しい名刺をお送りします。', ['cardSakura'], { isDeliveredTwice: true }],
      ['13:58', 'junpei', 'ありがとうございます。それでは五分後にビデオでお願いします。'],
    ],
  },
  {
    id: 'dyffryn',
    between: ['marged', 'tomos'],
    captures: ['tomos'],
    lines: [
      [
        '09:26',
        'marged',
        'Bore da Tomos! Dyma’r cae top bore ’ma, ceirch yn barod o’r diwedd',
        ['smilField', 'field'],
      ],
      ['09:31', 'tomos', 'Mae’n edrych yn fendigedig, Marged. Faint o dunelli wyt ti’n ddisgwyl?'],
      ['09:35', 'marged', 'Tua chant ac ugain, os bydd y tŷ sychu’n gweithio 🤞'],
      ['12:46', 'tomos', 'Diolch am y sgwrs. Cynnig ysgrifenedig i ddilyn erbyn pedwar.'],
      ['15:51', 'marged', 'Wedi cyrraedd, diolch o galon 🏴󠁧󠁢󠁷󠁬󠁳󠁿'],
    ],
  },
  {
    id: 'piraeus',
    between: ['yiorgos', 'tomos'],
    captures: ['tomos'],
    lines: [
      ['07:01', 'yiorgos', 'Καλημέρα! Πού είσαι; Το πλοίο δεν περιμένει τα τρένα σας.'],
      ['07:03', 'tomos', 'On a train that does not move. Rate stands at 16.25 until noon.'],
      ['11:58', 'yiorgos', 'Εντάξει, 16,25. Αλλά ο καφές δικός σου ☕'],
      ['19:24', 'yiorgos', 'Άφησα μήνυμα. Τίποτα επείγον, καλό βράδυ.'],
    ],
  },
  {
    id: 'odesa',
    between: ['olena', 'agnieszka'],
    captures: ['agnieszka'],
    lines: [
      ['10:31', 'olena', 'Доброго дня! Ячмінь завантажено, документи будуть до вечора.'],
      ['10:34', 'agnieszka', 'Дякую, Олено! Бережіть себе 💛'],
      ['16:23', 'olena', 'Зв’язок зникає, напишу пізніше'],
    ],
  },
  {
    id: 'busan',
    between: ['jiho', 'junpei'],
    captures: ['junpei'],
    lines: [
      ['17:36', 'jiho', '안녕하세요, 방금 전화드렸는데 연결이 안 되네요.'],
      ['17:49', 'junpei', '죄송합니다, 회의 중이었습니다. 내일 아침에 전화드리겠습니다 🙏'],
    ],
  },
  {
    id: 'madrid',
    between: ['imogen', 'partner'],
    captures: ['imogen'],
    lines: [
      [
        '10:41',
        'partner',
        '¿Señora Vesper? Le escribo por la cebada de mañana, ¿sigue disponible?',
      ],
      ['10:44', 'imogen', 'Sí, quinientas toneladas. ¿Con quién hablo, por favor?'],
    ],
  },
];
