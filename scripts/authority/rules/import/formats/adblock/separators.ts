/** `^` means any character that is no letter, digit or one of `_-.%`, or the end; in addresses these are the ones there are. */
const separators = ["/", "?", "&", "="] as const;
/** Spellings of one filter; each counts as a pattern of its own. */
const mostSpellings = 20;

/**
 * The texts that a filter's text stands for, its `^` spelled out and `*` at the end where more may follow. Undefined where
 * there would be too many.
 */
export function spellOut(text: string, isEnded: boolean): readonly string[] | undefined {
  const tail = isEnded ? "" : "*";
  const [, body = "", end = ""] = /^(.*?)([\^*]*)$/s.exec(text) ?? [];
  const carets = end.split("^").length - 1;
  // Of two at the end each may be the end of the address.
  if (carets > 1) return undefined;
  const lasts = carets === 0 ? [`${isEnded ? end : ""}${tail}`] : spellEnd(end, isEnded);
  let spelled = [""];
  for (const [i, piece] of body.split("^").entries()) {
    const grown = i === 0 ? spelled : spelled.flatMap((one) => separators.map((separator) => one + separator));
    if (grown.length * lasts.length > mostSpellings) return undefined;
    spelled = grown.map((one) => one + piece);
  }
  return spelled.flatMap((one) => lasts.map((last) => one + last));
}

/** The one `^` in the last run of `^` and `*`: a separator there, or the end of the address. */
function spellEnd(end: string, isEnded: boolean): readonly string[] {
  // Anything may stand before it, so nothing has to: the end of the address always does.
  if (end.startsWith("*")) return ["*"];
  const after = isEnded && !end.endsWith("*") ? "" : "*";
  return ["", ...separators.map((separator) => separator + after)];
}
