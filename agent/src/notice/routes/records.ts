import { PolicyError } from "@overt/shared/errors.ts";
import { type Answer, pageAnswer } from "../answer.ts";
import { describeWhole, documentOf, listRecord } from "../views/record-facts.ts";
import { frameOf, timeOf, type Visit } from "../visit.ts";

const pageSize = 25;

export function showSent(visit: Visit): Answer {
  const before = /^[0-9]{1,15}$/.exec(visit.query.get("before") ?? "")?.[0];
  // One more than is shown tells whether there are older ones.
  const records = visit.source.records(before === undefined ? undefined : Number(before), pageSize + 1);
  const shown = records.slice(0, pageSize);
  return pageAnswer("sent", {
    ...frameOf(visit, "sent"),
    lines: shown.map((record) => listRecord(record, visit.t)),
    older: records.length > pageSize ? shown.at(-1)?.seq : undefined,
    newest: before === undefined,
  });
}

export function showRecord(visit: Visit): Answer {
  const { t, source } = visit;
  const record = source.findRecord(visit.id ?? -1);
  if (record === undefined) throw new PolicyError("NOT_FOUND", t("error.no-record"));
  return pageAnswer("record", {
    ...frameOf(visit, "sent"),
    seq: record.seq,
    ...describeWhole(record, { t, time: timeOf(visit), rules: source.rules() }),
    raw: [
      { heading: t("record.raw-document"), text: pretty(documentOf(record)) },
      { heading: t("record.raw-envelope"), text: pretty(record.envelope) },
      ...(record.receipt ? [{ heading: t("record.raw-receipt"), text: pretty(record.receipt.envelope) }] : []),
    ],
  });
}

export function saveAll({ source }: Visit): Answer {
  const { filename, json } = source.exportAll();
  return { kind: "download", filename, text: json };
}

function pretty(value: unknown): string {
  return JSON.stringify(value, undefined, 2);
}
