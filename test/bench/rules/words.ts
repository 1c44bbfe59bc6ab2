import type { Random } from "../frame/random.ts";

/** The commonest words of English, the commonest first: most of any text is made of them. */
export const commonWords =
  "the be to of and a in that have it for not on with he as you do at this but his by from they we say her she or an will my one all would there their what so up out if about who get which go me when make can like time no just him know take people into year your good some could them see other than then now look only come its over think also back after use two how our work first well way even new want because any these give day most us great between need large often hand high different always page night home place live father head stand own should country found answer school grow study still learn plant cover food sun four thought let keep eye never last door city tree cross since hard start might story saw far sea draw left late run while press close real life few stop open seem together next white children begin got walk example ease paper group music those both mark book letter until mile river car feet care second enough plain girl usual young ready above ever red list though feel talk bird soon body dog family direct pose leave song measure state product black short numeral class wind question happen complete ship area half rock order fire south problem piece told knew pass farm top whole king size heard best hour better true during hundred remember step early hold west ground interest reach fast five sing listen six table travel less morning ten simple several vowel toward war lay against pattern slow center love person money serve appear road map science rule govern pull cold notice voice fall power town fine certain fly unit lead cry dark machine note wait plan figure star box noun field rest correct able pound done beauty drive stood contain front teach week final gave green quick develop sleep warm free minute strong special mind behind clear tail produce fact street inch lot nothing course stay wheel full force blue object decide surface deep moon island foot yet busy test record boat common gold possible plane age dry wonder laugh thousand ago ran check game shape yes hot miss brought heat snow bed bring sit perhaps fill east weight language among".split(
    " ",
  );

const onsets =
  "b bl br c ch cl cr d dr f fl fr g gl gr h j k l m n p pl pr qu r s sc sh sl sm sn sp st str t th tr v w".split(" ");
const nuclei = "a e i o u ai ea ee ie oa oo ou".split(" ");
const codas = "b ck d ft g l ld ll m mp n nd ng nt p r rd rk rn rt s sh ss st t th x".split(" ");

/** A word of two to four syllables that is not likely to be another's. */
export function drawRareWord(random: Random): string {
  let word = "";
  for (let left = 2 + random.below(3); left > 0; left--) {
    word += random.pick(onsets) + random.pick(nuclei) + (left === 1 || random.chance(30) ? random.pick(codas) : "");
  }
  return word;
}

/** Words drawn as often as language uses them: the n-th in proportion to 1/n (Zipf). */
export class Vocabulary {
  readonly words: readonly string[];
  readonly #random: Random;
  readonly #sums: Float64Array;

  constructor(words: readonly string[], random: Random) {
    this.words = words;
    this.#random = random;
    this.#sums = new Float64Array(words.length);
    let sum = 0;
    for (let i = 0; i < words.length; i++) {
      sum += 1 / (i + 2.7);
      this.#sums[i] = sum;
    }
  }

  draw(): string {
    const wanted = (this.#random.below(1 << 30) / (1 << 30)) * (this.#sums.at(-1) as number);
    let low = 0;
    let high = this.#sums.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sums[middle] as number) < wanted) low = middle + 1;
      else high = middle;
    }
    return this.words[low] as string;
  }
}
