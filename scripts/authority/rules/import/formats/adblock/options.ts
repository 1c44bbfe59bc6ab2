import type { SkipReason } from "../../reasons.ts";

/** With these a filter speaks of the page itself, which is what a rule sees. */
const ofThePage = words("document doc all");

const kinds: readonly (readonly [SkipReason, ReadonlySet<string>])[] = [
  [
    "option-part",
    words(
      "script image stylesheet css object object-subrequest xmlhttprequest xhr subdocument frame ping beacon websocket font media other popup popunder speculative background inline-script inline-font webrtc",
    ),
  ],
  [
    "option-third-party",
    words("third-party 3p first-party 1p strict1p strict3p strict-first-party strict-third-party"),
  ],
  ["option-domain", words("domain from to denyallow method header ipaddress app network client dnstype ctag")],
  ["option-case", words("match-case")],
  ["option-priority", words("important badfilter")],
  [
    "option-modifier",
    words(
      "redirect redirect-rule rewrite csp permissions removeparam queryprune removeheader replace urltransform uritransform urlskip cookie stealth jsonprune xmlprune hls empty mp4 generichide ghide specifichide shide elemhide ehide genericblock urlblock content extension jsinject cname dnsrewrite reason",
    ),
  ],
];

/** The filter without its options; or why it cannot be taken with them. */
export function cutOptions(filter: string): { readonly pattern: string } | { readonly reason: SkipReason } {
  const at = filter.search(/\$~?[a-z0-9_-]+(?:[=,]|$)/i);
  if (at < 0) return { pattern: filter };
  for (const option of filter.slice(at + 1).split(",")) {
    const name = option.replace(/=.*$/s, "").toLowerCase();
    if (ofThePage.has(name)) continue;
    const bare = name.replace(/^~/, "");
    const known = ofThePage.has(bare) ? "option-part" : kinds.find(([, names]) => names.has(bare))?.[0];
    return { reason: known ?? "option-unknown" };
  }
  return { pattern: filter.slice(0, at) };
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(" "));
}
