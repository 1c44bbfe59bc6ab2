import { PolicyError } from "../../errors.ts";
import type { Term } from "../matchers.ts";
import { characterType, type UnicodeTables } from "../unicode/tables.ts";
import { type Alphabet, gapSymbol } from "./alphabet.ts";
import type { Channel } from "./channels.ts";
import { type FormReader, gapCharacter } from "./form-reader.ts";

/** A term as one channel looks for it. */
export type Pattern = { readonly term: number; readonly form: readonly number[]; readonly boundary: Term["boundary"] };

/** Folded, a pattern is at most this long. */
const maxCharacters = 400;

export function readPattern(
  number: number,
  term: Term,
  channel: Channel,
  reader: FormReader,
  { type }: UnicodeTables,
): Pattern {
  const whole = reader.readAll(term.text);
  while (whole.at(-1) === gapCharacter) whole.pop();
  const form = channel.spaced ? whole.filter((one) => type.get(one) === characterType.word) : whole;
  const [first] = form;
  if (first === undefined) throw new PolicyError("RULE_REFUSED", "A term has no letter, digit or emoji.");
  if (form.length > maxCharacters) throw new PolicyError("RULE_REFUSED", "A term is too long once it is spelled out.");
  if (channel.spaced && form.length < 3) {
    throw new PolicyError("RULE_REFUSED", "A spaced term needs three letters or more.");
  }
  return { term: number, form, boundary: term.boundary };
}

/** Characters of a form, gaps aside. */
export function countCharacters({ form }: Pattern): number {
  let count = 0;
  for (let i = 0; i < form.length; i++) if (form[i] !== gapCharacter) count++;
  return count;
}

/** The pattern in symbols. A whole word stands between gaps; a character that is a word of its own needs none. */
export function spellPattern(
  { form, boundary }: Pattern,
  channel: Channel,
  alphabet: Alphabet,
  { type }: UnicodeTables,
): Uint16Array {
  let count = 0;
  const isUnspaced = (one: number | undefined) => one !== undefined && type.get(one) === characterType.unspaced;
  const bounded = !channel.spaced && boundary !== "any";
  if (bounded && !isUnspaced(form[0])) spelled[count++] = gapSymbol;
  for (let i = 0; i < form.length; i++) {
    const one = form[i] as number;
    const number = one === gapCharacter ? gapSymbol : alphabet.numberOf(one);
    if (number >= alphabet.stride) spelled[count++] = alphabet.highOf(number);
    spelled[count++] = number < alphabet.stride ? number : alphabet.lowOf(number);
  }
  const last = form.findLast((one) => type.get(one) !== characterType.extend);
  if (bounded && boundary !== "start" && !isUnspaced(last)) spelled[count++] = gapSymbol;
  return spelled.slice(0, count);
}
/** Room for the longest pattern, used for one after another. */
const spelled = new Uint16Array(2 * maxCharacters + 2);
