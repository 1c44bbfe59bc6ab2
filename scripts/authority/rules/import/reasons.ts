/**
 * Why a line of somebody else's list was not taken as it stands, in words for a table. The first group is left out; the
 * second is taken, with less or otherwise bounded than the source means.
 */
export const skipReasons = {
  "not-utf8": "not UTF-8 (Latin-1, UTF-16 or compressed): save the file as UTF-8",
  "nul-byte": "holds a NUL byte",
  "too-long": "longer than 4,096 bytes",
  "not-understood": "not written as this format is",
  "not-a-host": "no host name or address in it",
  "own-machine": "a name or address of the own machine or network",
  "public-suffix": "a public suffix or top-level domain: it would cover every site under it",
  "odd-address": "an address in an odd spelling: write it as 192.0.2.7",
  "host-wildcard": "a wildcard inside a host name",
  "exact-host": "bound to one scheme or one exact host; rules cover every scheme and the subdomains",
  port: "names a port; rules compare hosts without it",
  "no-room": "no room: a bundle holds so many paths, terms and hosts and no more",
  excepted: "an exception of the same list clears it wholly",
  "too-alike": "too short, or too like many others, to be looked for quickly",
  "too-many-wildcards": "more wildcards than a path pattern may have",
  "not-a-path": "not to be written as a path pattern (white space, #, an escaped *, or longer than 256 characters)",
  "no-address": "no address is ever written so (slashes in a row, backslashes, dots between slashes)",
  cosmetic: "changes how pages look; says nothing of visits",
  regex: "a regular expression; rules have none",
  directive: "a condition or an instruction to the blocker; the lines around it were read without it",
  "option-third-party": "speaks of what pages load, by whose page it is; a visit is nobody else's",
  "option-part": "speaks of parts of pages (scripts, images, frames, pop-ups), not of visits",
  "option-domain": "bound to the page that asks ($domain=, $from=, $to=, $denyallow=)",
  "option-case": "tells small letters from capitals; rules do not",
  "option-priority": "outranks exceptions or undoes another filter",
  "option-modifier": "changes requests or pages instead of stopping them",
  "option-unknown": "has an option that is not known here",
  "exception-anywhere": "an exception on every host: an allow rule clears only what has its host or a wider one",
  "dns-trigger": "speaks of answers, name servers or clients, not of names",
  "dns-redirect": "answers with another address (a block page or a safe search): which of both is not said",
  "dns-outside": "not a name of this zone",
  "no-header": "no first row that names a column text (or term, phrase, word)",
  "no-text": "no term in the row",
  "bad-term": "no term that can be looked for: no letter or digit, or longer than 80 characters",
  "bad-option": "an option column holds something else than it may",
} as const;

export const noteReasons = {
  partly: "part of the line was taken, part of it could not be",
  separator: "^ taken as / ? & = or the end of the address",
  "wildcard-host": "*. taken as the host itself and all below it",
  "path-only": "looked for in path and query, not in the host",
  "host-start":
    "taken as the whole host that is written, with its subdomains; others that begin or end alike are not found",
} as const;

export type SkipReason = keyof typeof skipReasons;
export type NoteReason = keyof typeof noteReasons;
export type Reason = SkipReason | NoteReason;

export function sayReason(reason: Reason): string {
  return reason in skipReasons ? skipReasons[reason as SkipReason] : noteReasons[reason as NoteReason];
}
