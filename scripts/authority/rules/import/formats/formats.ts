import type { Outcome, ReadLine } from "../entry.ts";
import { nothing, skipped } from "../entry.ts";
import { readLines } from "../lines.ts";
import { readFilterLine } from "./adblock/filter.ts";
import { readTable } from "./csv/table.ts";
import { readDomainLine, readHostsLine } from "./hosts-file.ts";
import { readUrlLine } from "./url-line.ts";
import { ZoneReader } from "./zone.ts";

export type FormatName = "hosts" | "domains" | "adblock" | "rpz" | "ut1" | "csv";

/**
 * What an exception clears. `always`: what it covers, whatever host is named for blocking. `closest`: the longest listed
 * name decides, which is how rules decide too.
 */
export type ExceptionLaw = "always" | "closest";

export type Format = {
  readonly name: FormatName;
  /** As a person would say it. */
  readonly title: string;
  readonly law: ExceptionLaw;
  readonly hasExceptions: boolean;
  /** A few lines for the help, each with what becomes of it. */
  readonly sample: readonly (readonly [line: string, meaning: string])[];
  /** The lines of one file in their order, each with its meaning. */
  read(file: string): Iterable<ReadLine>;
};

function* eachLine(file: string, read: (text: string) => Outcome): Generator<ReadLine> {
  for (const { number, text, bad } of readLines(file)) {
    yield { file, line: number, text, outcome: bad === undefined ? read(text) : skipped(bad) };
  }
}

/** In a folder of UT1 the file's name says what its lines are. */
function readUt1(text: string, file: string): Outcome {
  if (file.endsWith("domains")) return readDomainLine(text);
  if (file.endsWith("urls")) return readUrlLine(text);
  return text.trim() === "" ? nothing : skipped("regex");
}

export const formats: Readonly<Record<FormatName, Format>> = {
  hosts: {
    name: "hosts",
    title: "hosts file",
    law: "closest",
    hasExceptions: false,
    sample: [
      ["0.0.0.0 site.example www.site.example # note", "both hosts, with their subdomains"],
      ["127.0.0.1 localhost", "left out: the own machine"],
    ],
    read: (file) => eachLine(file, readHostsLine),
  },
  domains: {
    name: "domains",
    title: "list of domains",
    law: "closest",
    hasExceptions: false,
    sample: [
      ["site.example", "the host, with its subdomains"],
      ["*.site.example", "the same"],
    ],
    read: (file) => eachLine(file, readDomainLine),
  },
  adblock: {
    name: "adblock",
    title: "Adblock, AdGuard or uBlock list",
    law: "always",
    hasExceptions: true,
    sample: [
      ["||site.example^", "the host, with its subdomains"],
      ["||site.example/chat/", "paths of the host that begin so"],
      ["||site.example^*?room=", "the same with * for any characters"],
      ["/live-chat/*", "paths of any host"],
      ["@@||site.example/help^", "an allow rule"],
      ["site.example##.advert", "left out: cosmetic"],
      ["||site.example^$third-party", "left out: not about visits"],
      ["/chat[0-9]+/", "left out: a regular expression"],
    ],
    read: (file) => eachLine(file, readFilterLine),
  },
  rpz: {
    name: "rpz",
    title: "response policy zone",
    law: "closest",
    hasExceptions: true,
    sample: [
      ["site.example CNAME .", "the host, with its subdomains"],
      ["*.site.example CNAME .", "the same"],
      ["help.site.example CNAME rpz-passthru.", "an allow rule"],
      ["24.0.2.0.192.rpz-ip CNAME .", "left out: not about a name"],
    ],
    read: (file) => {
      const zone = new ZoneReader();
      return eachLine(file, (text) => zone.read(text));
    },
  },
  ut1: {
    name: "ut1",
    title: "UT1 category",
    law: "closest",
    hasExceptions: false,
    sample: [
      ["chat/domains: site.example", "the host, with its subdomains"],
      ["chat/urls: site.example/rooms", "that page and all below it"],
      ["chat/expressions: (chat|room)s?", "left out: a regular expression"],
    ],
    read: (file) => eachLine(file, (text) => readUt1(text, file)),
  },
  csv: {
    name: "csv",
    title: "table of terms",
    law: "closest",
    hasExceptions: false,
    sample: [
      ["text,lookalikes,spaced,digits,boundary,use", "the first row names the columns; only text is needed"],
      ["velvarine,yes,,yes,word,", "a term; look-alike letters and digits for letters count"],
      ["umber paint,,,,,unless", "words that clear what was found"],
    ],
    read: readTable,
  },
};
