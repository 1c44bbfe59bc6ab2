import { type ErrorCode, OvertError, TransportError } from "@overt/shared/errors.ts";
import { noticeText } from "@overt/shared/notice/text.ts";
import { z } from "zod";
import { type Answer, pageAnswer } from "../answer.ts";
import type { FieldError } from "../page-models.ts";
import type { EnrolmentView } from "../ports.ts";
import { refusalWords } from "../refusal-words.ts";
import { describeOrder, describeRules } from "../views/order-facts.ts";
import { frameOf, offeredLanguages, type Visit } from "../visit.ts";

const Outcome = z.enum(["acknowledged", "declined"]);

/** Slips of the person who typed or chose; everything else about a token is a red refusal. */
const slips: readonly ErrorCode[] = [
  "BAD_FORM",
  "BAD_CONFIG",
  "BAD_JSON",
  "BAD_SCHEMA",
  "BAD_ENCODING",
  "TOO_LARGE",
  "NOT_FOUND",
];

/** The one page of the enrolment, as far as it has come. */
export function showEnrolment(visit: Visit): Answer {
  const { t } = visit;
  const view = visit.source.enrolment.view();
  if (view.step === "read") return readPage(visit, view, placeOf(visit), []);
  visit.reading.pause();
  switch (view.step) {
    case "bring-token":
      return bringPage(visit, { host: "", code: "", errors: [] });
    case "wait-for-officer":
      return pageAnswer("wait", frameOf(visit));
    case "compare":
      return pageAnswer("compare", { ...frameOf(visit), digits: [view.code.slice(0, 4), view.code.slice(4)] });
    case "declined":
      return pageAnswer("declined", frameOf(visit));
    case "refused":
      return pageAnswer("refused", { ...frameOf(visit), message: refusalWords(view, t), again: true });
    case "done":
      return { kind: "redirect", to: "/status" };
  }
}

/** A token as a file, or the two parts that were typed. */
export async function bringFile(visit: Visit): Promise<Answer> {
  const pack = visit.form.get("pack")?.trim() ?? "";
  if (pack !== "") return bring(visit, { pack }, "pack");
  return bringPage(visit, { host: "", code: "", errors: [{ field: "pack", text: visit.t("enrol.no-file") }] });
}

export async function bringCode(visit: Visit): Promise<Answer> {
  const { form, t } = visit;
  const [host, code] = [form.get("host")?.trim() ?? "", form.get("code")?.trim() ?? ""];
  const errors: FieldError[] = [];
  if (host === "") errors.push({ field: "host", text: t("enrol.no-host") });
  if (code === "") errors.push({ field: "code", text: t("enrol.no-code") });
  if (errors.length > 0) return bringPage(visit, { host, code, errors });
  return bring(visit, { host, code }, "host");
}

async function bring(
  visit: Visit,
  input: Parameters<Visit["source"]["enrolment"]["bring"]>[0],
  field: string,
): Promise<Answer> {
  try {
    await visit.source.enrolment.bring(input);
    return { kind: "redirect", to: "/enrol" };
  } catch (error) {
    if (!(error instanceof OvertError)) throw error;
    if (error instanceof TransportError || slips.includes(error.code)) {
      const typed = "host" in input ? input : { host: "", code: "" };
      return bringPage(visit, { ...typed, errors: [{ field, text: refusalWords(error, visit.t) }] });
    }
    return pageAnswer(
      "refused",
      { ...frameOf(visit), here: "/enrol", message: refusalWords(error, visit.t), again: true },
      422,
    );
  }
}

/** The answer counts only after every screen was on show in the language of the answer. */
export async function answer(visit: Visit): Promise<Answer> {
  const { source, reading, form, language, t } = visit;
  const view = source.enrolment.view();
  if (view.step !== "read") return { kind: "redirect", to: "/enrol" };
  const outcome = Outcome.safeParse(form.get("outcome"));
  const last = noticeText(language).screens.length - 1;
  if (!outcome.success) return readPage(visit, view, last, [{ field: "answer", text: t("enrol.no-outcome") }]);
  const unread = reading.firstUnread(language);
  const screens = reading.finish(language);
  if (unread !== undefined || screens === undefined || !offeredLanguages(visit).includes(language)) {
    return readPage(visit, view, unread ?? 0, [{ field: "screen", text: t("enrol.read-first") }]);
  }
  await source.enrolment.answer({
    outcome: outcome.data,
    language,
    copyGiven: form.get("copyGiven") === "yes",
    screens,
    noticeSha256: noticeText(language).sha256,
  });
  return { kind: "redirect", to: "/enrol" };
}

function bringPage(visit: Visit, filled: { host: string; code: string; errors: readonly FieldError[] }): Answer {
  return pageAnswer("bring", { ...frameOf(visit), ...filled, here: "/enrol" }, filled.errors.length > 0 ? 422 : 200);
}

function readPage(
  visit: Visit,
  view: Extract<EnrolmentView, { step: "read" }>,
  at: number,
  errors: readonly FieldError[],
): Answer {
  const { source, t, language, reading } = visit;
  const text = noticeText(language);
  const screen = text.screens[at];
  if (screen === undefined || !offeredLanguages(visit).includes(language)) {
    return pageAnswer("refused", { ...frameOf(visit), message: t("refused.wrong-notice"), again: false }, 409);
  }
  reading.show(language, screen.id);
  const model = {
    ...frameOf(visit),
    here: `/enrol?screen=${at}`,
    view,
    title: text.title,
    screen,
    at,
    of: text.screens.length,
    errors,
    orderFacts: describeOrder(source.order(), t),
    rules: describeRules(source.rules(), t),
  };
  return pageAnswer("read", model, errors.length > 0 ? 422 : 200);
}

function placeOf({ query, language }: Visit): number {
  const given = Number.parseInt(query.get("screen") ?? "0", 10) || 0;
  return Math.max(0, Math.min(noticeText(language).screens.length - 1, given));
}
