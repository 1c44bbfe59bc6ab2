import { nativeSha256 } from "@overt/agent/platform/tuf/published-lists.ts";
import { parseDestination } from "@overt/shared/rules/destination.ts";
import { buildHostCover } from "@overt/shared/rules/hosts.ts";
import { compileHostList } from "@overt/shared/rules/lists/compile-list.ts";
import { openHostList } from "@overt/shared/rules/lists/host-list.ts";
import { listFileOf } from "@overt/shared/rules/lists/list-file.ts";
import { PathIndex } from "@overt/shared/rules/path-index.ts";
import { compilePath } from "@overt/shared/rules/paths.ts";
import { buildTermIndex } from "@overt/shared/rules/text/index.ts";
import { unicodeTables } from "@overt/shared/rules/unicode/tables.ts";
import { median } from "../frame/race.ts";
import { Random } from "../frame/random.ts";
import { hostTraps, type Trap, textTraps, urlTraps } from "./hostile-input.ts";
import { drawHosts, take } from "./hosts-input.ts";
import { makeNavigation } from "./navigation-input.ts";
import { makeCorpus } from "./terms-input.ts";

/** Gives inputs that are meant to be slow to one matcher, and says how far the slowest lies from the median of its length. */
type Matcher = {
  readonly traps: readonly Trap[];
  readonly units: readonly number[];
  readonly known: readonly string[];
  match(input: string): unknown;
};

const hosts = take(drawHosts(1), 100_000);
const { patterns } = makeNavigation(1_000, 50_000, 10);
const { terms } = makeCorpus("ascii", 1_000, 1_000);
const scan = (options: object) => {
  const index = buildTermIndex(
    terms.map((text) => ({ text, ...options })),
    unicodeTables(),
  );
  return (text: string) => index.scan(text);
};
const onHosts = { traps: hostTraps, units: [16, 64, 250], known: hosts };
const onTexts = { traps: textTraps, units: [100, 1_000, 5_000], known: terms };
const list = (options: object) => {
  const { bytes } = compileHostList(hosts, { sha256: nativeSha256, ...options });
  const opened = openHostList(listFileOf(bytes), { sha256: nativeSha256, ...options });
  return (host: string) => opened.findCovering(host);
};

const matchers: Readonly<Record<string, () => Matcher>> = {
  "host list": () => ({ ...onHosts, match: list({}) }),
  "keyed host list": () => ({ ...onHosts, match: list({ key: new Uint8Array(32).fill(3) }) }),
  "inline hosts": () => {
    const cover = buildHostCover(hosts);
    return { ...onHosts, match: (host) => cover.findCovering(host) };
  },
  "path patterns": () => {
    const index = new PathIndex(patterns.filter(({ host }) => host === undefined).map(({ ours }) => compilePath(ours)));
    return {
      traps: urlTraps,
      units: [100, 1_000, 8_000],
      known: patterns.filter(({ host }) => host === undefined).map(({ path }) => path),
      match: (url) => index.findMatching(url),
    };
  },
  "addresses taken apart": () => ({
    traps: urlTraps,
    units: [100, 1_000, 8_000],
    known: patterns.map(({ path }) => path),
    match: (url) => parseDestination(url),
  }),
  terms: () => ({ ...onTexts, match: scan({}) }),
  "terms with look-alikes": () => ({ ...onTexts, match: scan({ lookalikes: true }) }),
  "terms spelled with digits": () => ({ ...onTexts, match: scan({ digits: true }) }),
  "terms set apart": () => ({ ...onTexts, match: scan({ spaced: true }) }),
};

const unitsRead = new Uint16Array(1);
const [, , name = "", count = "10000"] = process.argv;
if (name === "list") console.log(JSON.stringify(Object.keys(matchers)));
else {
  const make = matchers[name];
  if (make === undefined) throw new Error(`no matcher is called ${name}`);
  console.log(JSON.stringify(measure(make(), Number(count))));
}

/** Whoever asks has just read the text: to wait for it to come from memory is not the matcher's part. */
function read(text: string): void {
  for (let at = 0; at < text.length; at++) unitsRead[0] = text.charCodeAt(at);
}

function measure({ traps, units, known, match }: Matcher, total: number) {
  const random = new Random(99);
  const inputs = units.flatMap((length) =>
    Array.from({ length: Math.ceil(total / units.length) }, (_, i) => {
      const trap = i % traps.length;
      const text = Buffer.from((traps[trap] as Trap)(random, length, known), "utf16le").toString("utf16le");
      return { length, trap, text, ms: Number.POSITIVE_INFINITY };
    }),
  );
  // A pause of the machine is nobody's fault: each input counts with the best of its turns. Nor is it to come first in a turn.
  for (let turn = 0; turn < 5; turn++) {
    const first = Math.floor((turn * inputs.length) / 5);
    for (const input of [...inputs.slice(first), ...inputs.slice(0, first)]) {
      const { text } = input;
      read(text);
      const from = performance.now();
      match(text);
      input.ms = Math.min(input.ms, performance.now() - from);
    }
  }
  const classes = units.map((length) => {
    const own = inputs.filter((input) => input.length === length);
    const middle = median(own.map(({ ms }) => ms));
    const worst = own.reduce((a, b) => (b.ms > a.ms ? b : a));
    return { length, medianUs: middle * 1_000, worstUs: worst.ms * 1_000, trap: worst.trap, ratio: worst.ms / middle };
  });
  return { inputs: inputs.length, classes };
}
