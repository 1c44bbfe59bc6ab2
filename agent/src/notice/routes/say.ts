import { OvertError } from "@overt/shared/errors.ts";
import { limits } from "@overt/shared/limits.ts";
import { z } from "zod";
import { type Answer, pageAnswer } from "../answer.ts";
import type { FieldError } from "../page-models.ts";
import { documentOf, nameRecord } from "../views/record-facts.ts";
import { frameOf, isEnrolling, type Visit } from "../visit.ts";

const Kind = z.enum(["explain", "dispute", "not-me", "complaint"]);

export function showSay(visit: Visit): Answer {
  return sayPage(visit, { about: visit.query.get("about") ?? "", kind: undefined, text: "", errors: [] });
}

/** Hands the person's words on, or shows them again with what is missing: nothing that was typed is lost. */
export async function say(visit: Visit): Promise<Answer> {
  const { form, source, t } = visit;
  const kind = Kind.safeParse(form.get("kind"));
  // A form sends every line break as two characters; the person typed one.
  const text = (form.get("text") ?? "").replaceAll("\r\n", "\n").trim();
  const about = form.get("about") ?? "";
  const errors: FieldError[] = [];
  if (!kind.success) errors.push({ field: "kind-explain", text: t("say.no-kind") });
  if (text === "") errors.push({ field: "text", text: t("say.no-words") });
  if (text.length > limits.statementCharacters) {
    errors.push({ field: "text", text: t("say.too-long", { limit: limits.statementCharacters }) });
  }
  if (!kind.success || errors.length > 0) return sayPage(visit, { about, kind: kind.data, text, errors });
  try {
    const record = await source.submitStatement({ kind: kind.data, about: findAbout(visit, about)?.seq, text });
    return { kind: "redirect", to: `/sent/${record.seq}` };
  } catch (error) {
    if (!(error instanceof OvertError)) throw error;
    return sayPage(visit, { about, kind: kind.data, text, errors: [{ field: "text", text: error.message }] });
  }
}

function sayPage(
  visit: Visit,
  filled: { about: string; kind: string | undefined; text: string; errors: readonly FieldError[] },
): Answer {
  const model = {
    ...frameOf(visit, "say"),
    ...filled,
    possible: !isEnrolling(visit.source),
    about: findAbout(visit, filled.about),
    limit: limits.statementCharacters,
  };
  return pageAnswer("say", model, filled.errors.length > 0 ? 422 : 200);
}

function findAbout({ source, t }: Visit, given: string): { seq: number; what: string; at: number } | undefined {
  const record = /^[0-9]{1,15}$/.test(given) ? source.findRecord(Number(given)) : undefined;
  return record && { seq: record.seq, what: nameRecord(record, t), at: documentOf(record).at };
}
