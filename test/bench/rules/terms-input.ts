import { Random } from "../frame/random.ts";
import { commonWords, drawRareWord, Vocabulary } from "./words.ts";

const welsh =
  "yn y a i o ar am mae ei yr wedi gan eu fel bod hyn sy ond neu dros gyda chymru gwaith pobl mawr newydd llŷn tŷ dŵr gŵr môr wythnos ysgol plentyn diwrnod blwyddyn cymraeg ffordd llyfr bachgen merch tân coeden mynydd afon gwynt glaw haul lleuad ardal pentref siop bwyd bara llaeth ŵy tŵr sŵn ffrwythau".split(
    " ",
  );
const russian =
  "и в не на я быть он с что а по это она этот к но они мы весь который из у от за свой можно год человек такой тот время рука дело жизнь день глаз самый другой дом сказать слово место лицо друг работа город вопрос стол сила книга земля машина вода отец голова конец час голос ребёнок снег ёлка общий белый хороший новый большой последний".split(
    " ",
  );
const chinese =
  "的一是不了人我在有他这中大来上个国和地到说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运".match(
    /./gu,
  ) as string[];
const emoji = ["😀", "😂", "❤️", "👍🏽", "🙏", "🎉", "👨‍👩‍👧", "🏴󠁧󠁢󠁷󠁬󠁳󠁿", "🔥", "✨", "🌧️", "🚗"];

export type Corpus = { readonly terms: readonly string[]; readonly text: string };
export type Script = "ascii" | "mixed";

/** Rare words, words put together of two, and phrases of two or three: what lists of terms are made of. */
function drawTerms(count: number, vocabulary: Vocabulary, random: Random): string[] {
  const terms = new Set<string>();
  const some = () => random.pick(vocabulary.words);
  while (terms.size < count) {
    const kind = random.below(10);
    if (kind === 0) terms.add(some());
    else if (kind < 7) terms.add(some() + some());
    else terms.add(Array.from({ length: 2 + random.below(2) }, some).join(" "));
  }
  return [...terms].filter((term) => term.length > 3);
}

/** Prose of about so many UTF-16 units with a term about once in a thousand. The same on every machine. */
export function makeCorpus(script: Script, count: number, units: number): Corpus {
  const random = new Random(7_700 + count);
  const rare = Array.from({ length: 6_000 }, () => drawRareWord(random));
  const english = new Vocabulary([...commonWords, ...rare], random);
  const ranks = script === "ascii" ? english.words : mix(random, rare);
  const vocabulary = script === "ascii" ? english : new Vocabulary(ranks, random);
  // Terms are made of what is rarer: no list holds "the", and of a term ours takes the first 256 places.
  const terms = drawTerms(count, new Vocabulary(ranks.slice(600), random), random);
  const pieces: string[] = [];
  let length = 0;
  let sincePlanted = 0;
  const sentence = () => {
    const words = Array.from({ length: 5 + random.below(14) }, () => vocabulary.draw());
    if (sincePlanted > 1_000) {
      words[random.below(words.length)] = random.pick(terms);
      sincePlanted = 0;
    }
    const [first] = words as [string];
    words[0] = first.charAt(0).toUpperCase() + first.slice(1);
    const end = random.chance(80) ? "." : random.pick(["?", "!", ":", ";", ","]);
    const face = script === "mixed" && random.chance(20) ? ` ${random.pick(emoji)}` : "";
    return `${words.join(" ")}${end}${face}${random.chance(15) ? "\n" : " "}`;
  };
  while (length < units) {
    const next = sentence();
    pieces.push(next);
    length += next.length;
    sincePlanted += next.length;
  }
  return { terms, text: flatten(pieces.join("")) };
}

/** A third each of Welsh, Russian and Chinese, with English words between. */
function mix(random: Random, rare: readonly string[]): string[] {
  const chineseWords = Array.from({ length: 2_000 }, () =>
    Array.from({ length: 2 + random.below(5) }, () => random.pick(chinese)).join(""),
  );
  const grow = (words: readonly string[]) =>
    Array.from({ length: 2_000 }, (_, i) => words[i] ?? random.pick(words) + random.pick(words));
  const each = [grow(welsh), grow(russian), chineseWords, rare.slice(0, 500)];
  return Array.from({ length: 2_000 }, (_, i) => each.flatMap((words) => words[i] ?? [])).flat();
}

/** A string made of pieces is a tree until something reads it; what a sensor hands over is one run of characters. */
function flatten(text: string): string {
  return Buffer.from(text, "utf16le").toString("utf16le");
}

/** The text in parts of so many units. One-byte text stays one-byte. */
export function cut(text: string, units: number, script: Script): string[] {
  const encoding = script === "ascii" ? "latin1" : "utf16le";
  const parts: string[] = [];
  for (let at = 0; at + units <= text.length; at += units) {
    parts.push(Buffer.from(text.slice(at, at + units), encoding).toString(encoding));
  }
  return parts;
}
