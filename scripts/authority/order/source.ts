import { limits } from "@overt/shared/limits.ts";
import { noticeLanguages } from "@overt/shared/notice/text.ts";
import type { Clause, Order } from "@overt/shared/protocol/order.ts";
import { signals } from "@overt/shared/rules/signals.ts";
import { readDuration } from "../rules/bundle/duration.ts";
import { readHostName, readSlug } from "../rules/bundle/hosts.ts";
import { readSchedule } from "../rules/bundle/schedule.ts";
import {
  compact,
  type Fields,
  headOf,
  openFields,
  type Read,
  readList,
  readText,
  readWord,
} from "../rules/source/fields.ts";
import type { Problems } from "../rules/source/problems.ts";
import { plainText, type Value } from "../rules/source/value.ts";
import { findLocalTime, isTimeZone } from "./local-time.ts";

/** What people write of an order; the rest is drawn up by the program. */
export type OrderSource = Pick<
  Order,
  | "caseRef"
  | "agency"
  | "jurisdiction"
  | "notBefore"
  | "notAfter"
  | "clauses"
  | "timeZone"
  | "protectedHosts"
  | "heartbeatSeconds"
  | "offlineGraceSeconds"
  | "reviewerGroup"
  | "contact"
> & {
  readonly languages: readonly (typeof noticeLanguages)[number][];
  /** Files with the keys of sensitive lists, by list. */
  readonly listKeys: readonly { readonly list: string; readonly file: string }[];
};

const keys = [
  ...["case", "agency", "jurisdiction", "time-zone", "starts", "ends", "clauses", "protected", "heartbeat"],
  ...["offline-grace", "reviewers", "notices", "contact", "list-keys"],
];
const jurisdictions = [
  ...["england-and-wales", "scotland", "northern-ireland", "us-federal", "us-state", "other"],
] as Order["jurisdiction"][];
const evidenceWords = ["none", "masked", "full"] as const;
const day = 86_400;

/** Reads an order's YAML; undefined where anything is missing, and `problems` says all of it. */
export function readOrderSource(value: Value, problems: Problems): OrderSource | undefined {
  const fields = openFields(value, "an order", keys, problems);
  if (fields === undefined) return undefined;
  const timeZone = fields.required("time-zone", readTimeZone, "Europe/London");
  const at = readLocal(timeZone ?? "UTC");
  const read = {
    caseRef: fields.required("case", readCase, "CASE-2027-014"),
    agency: fields.required("agency", readSlug, "northshire-police"),
    jurisdiction: fields.required("jurisdiction", readWord("a jurisdiction", jurisdictions), "england-and-wales"),
    timeZone,
    notBefore: fields.required("starts", at, "2027-01-31"),
    notAfter: fields.required("ends", at, "2028-01-31"),
    clauses: fields.required("clauses", readList(readClause), "a list; each has clause, text, signals and categories"),
    protectedHosts: fields.optional("protected", readProtected) ?? { lists: [], hosts: [] },
    heartbeatSeconds: fields.optional("heartbeat", readSpan("a heartbeat", 60, day, "5 min")) ?? 300,
    offlineGraceSeconds:
      fields.optional("offline-grace", readSpan("the grace", 3_600, limits.offlineGraceSeconds, "7 days")) ?? 7 * day,
    reviewerGroup: fields.required("reviewers", readSlug, "team-a"),
    languages: fields.optional("notices", readList(readWord("a notice", noticeLanguages))) ?? [...noticeLanguages],
    contact: fields.required("contact", readContact, "{ office: …, telephone: …, hours: … }"),
    listKeys: fields.optional("list-keys", readListKeyFiles) ?? [],
  };
  checkTimes(read.notBefore, read.notAfter, fields, problems);
  checkClauseIds(read.clauses ?? [], fields, problems);
  if (problems.hasErrors || Object.values(read).includes(undefined)) return undefined;
  return read as OrderSource;
}

const readClause: Read<Clause> = (value, problems) => {
  const known = ["clause", "text", "signals", "categories", "evidence", "hours", "authority"];
  const fields = openFields(value, "a clause", known, problems);
  if (fields === undefined) return undefined;
  const clause = {
    clauseId: fields.required("clause", readSlug, "clause-3"),
    text: fields.required("text", readWords(limits.clauseText), "the court's own words"),
    signals: fields.required("signals", readList(readWord("a signal", signals)), "[navigation, title]"),
    categories: fields.required("categories", readList(readCategory), "[adult-content]"),
    maxEvidence: fields.optional("evidence", readEvidence) ?? 0,
    hours: fields.optional("hours", readSchedule),
    authorityRef: fields.optional("authority", readSlug),
  };
  if (clause.signals?.includes("messages") && clause.authorityRef === undefined) {
    problems.error(
      headOf(fields.placeOf("signals")),
      "a clause on messages needs the separate authority that allows it",
      "authority: reference-of-it",
    );
  }
  const { clauseId, text, signals: seen, categories } = clause;
  if (clauseId === undefined || text === undefined || seen === undefined || categories === undefined) return undefined;
  return compact({ ...clause, clauseId, text, signals: seen, categories }) as Clause;
};

const readCase: Read<string> = (value, problems) => {
  const text = plainText(value);
  if (text !== undefined && /^[A-Z0-9][A-Z0-9-]{2,31}$/.test(text)) return text;
  problems.error(
    headOf(value.place),
    "a case is the agency's pseudonym in capitals, digits and hyphens; never a name",
    text?.toUpperCase().replace(/[^A-Z0-9]+/g, "-") || "CASE-2027-014",
  );
  return undefined;
};

const readTimeZone: Read<string> = (value, problems) => {
  const text = plainText(value) ?? "";
  if (/^[A-Za-z_]+(\/[A-Za-z0-9_+-]+){0,2}$/.test(text) && isTimeZone(text)) return text;
  problems.error(headOf(value.place), "this time zone is not known", "Europe/London");
  return undefined;
};

function readLocal(timeZone: string): Read<number> {
  return (value, problems) => {
    const at = findLocalTime(plainText(value) ?? "", timeZone);
    if (at === undefined) {
      problems.error(
        headOf(value.place),
        "this is no day or time",
        "2027-01-31 or 2027-01-31 09:00, in the order's time zone",
      );
    }
    return at;
  };
}

const readCategory: Read<string> = (value, problems) => {
  const text = plainText(value);
  if (text !== undefined && /^[a-z][a-z0-9-]{1,40}$/.test(text)) return text;
  problems.error(headOf(value.place), "a category is lower-case letters, digits and hyphens", "adult-content");
  return undefined;
};

const readEvidence: Read<number> = (value, problems) => {
  const word = readWord("evidence", evidenceWords, { "0": "none", "1": "masked", "2": "full" })(value, problems);
  return word === undefined ? undefined : evidenceWords.indexOf(word);
};

function readSpan(what: string, least: number, most: number, example: string): Read<number> {
  return (value, problems) => {
    const seconds = readDuration(value, problems);
    if (seconds === undefined || (seconds >= least && seconds <= most)) return seconds;
    const [low, high] = [least, most].map((each) => (each % day === 0 ? `${each / day} days` : `${each / 60} min`));
    problems.error(headOf(value.place), `${what} is from ${low} to ${high}`, example);
    return undefined;
  };
}

function readWords(most: number): Read<string> {
  return (value, problems) => {
    const text = readText(value, problems);
    if (text === undefined || text.length <= most) return text;
    problems.error(headOf(value.place), `the text has ${text.length} characters, and at most ${most} fit`);
    return undefined;
  };
}

const readProtected: Read<Order["protectedHosts"]> = (value, problems) => {
  const fields = openFields(value, "protected", ["hosts", "lists"], problems);
  if (fields === undefined) return undefined;
  const hosts = fields.optional("hosts", readList(readHostName)) ?? [];
  if (hosts.length > limits.protectedHosts) {
    problems.error(
      fields.placeOf("hosts"),
      `at most ${limits.protectedHosts} hosts fit`,
      "a published list, under lists:",
    );
  }
  return { lists: fields.optional("lists", readList(readSlug)) ?? [], hosts };
};

const readContact: Read<Order["contact"]> = (value, problems) => {
  const fields = openFields(value, "contact", ["office", "telephone", "hours"], problems);
  const office = fields?.required("office", readWords(200), "Northshire Police, public protection");
  const telephone = fields?.required("telephone", readWords(40), '"01632 960 123"');
  const hours = fields?.required("hours", readWords(100), "Monday to Friday, 9:00 to 17:00");
  return office && telephone && hours ? { office, telephone, hours } : undefined;
};

const readListKeyFiles: Read<{ list: string; file: string }[]> = (value, problems) => {
  if (value.kind !== "map") {
    problems.error(
      headOf(value.place),
      "list-keys names the key file of each sensitive list",
      "adult-sites: adult-sites.key",
    );
    return undefined;
  }
  return value.entries.flatMap(({ key, value: said }) => {
    const file = readText(said, problems);
    return file === undefined ? [] : [{ list: key, file }];
  });
};

function checkTimes(from: number | undefined, until: number | undefined, fields: Fields, problems: Problems): void {
  if (from === undefined || until === undefined) return;
  if (until <= from) problems.error(fields.placeOf("ends"), "the order would end before it starts", "a later day");
  else if (until - from > limits.orderDays * day) {
    problems.error(fields.placeOf("ends"), `an order runs at most ${limits.orderDays} days`, "an earlier day");
  }
}

function checkClauseIds(clauses: readonly Clause[], fields: Fields, problems: Problems): void {
  const seen = new Set<string>();
  for (const { clauseId } of clauses) {
    if (seen.has(clauseId)) {
      problems.error(
        headOf(fields.placeOf("clauses")),
        `there are two clauses "${clauseId}"`,
        "an id of its own for each",
      );
    }
    seen.add(clauseId);
  }
}
