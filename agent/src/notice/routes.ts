import { PolicyError } from "@overt/shared/errors.ts";
import { limits } from "@overt/shared/limits.ts";
import { type NoticeLanguage, noticeLanguages, noticeText } from "@overt/shared/notice/text.ts";
import { z } from "zod";
import type { PermitKeeper } from "./permit.ts";
import type { NoticeSource, SentRecord } from "./ports.ts";
import type { Reading } from "./reading.ts";
import { describeRecord, languageNames, outcomeWords, reasonWords, stateText, stateWords } from "./words.ts";

export interface RouteDeps {
  readonly source: NoticeSource;
  readonly permits: PermitKeeper;
  readonly reading: Reading;
}

/** What a route answers with. */
export type Answer =
  | { readonly kind: "page"; readonly page: string; readonly model: object; readonly status?: number }
  | { readonly kind: "redirect"; readonly to: string }
  | { readonly kind: "json"; readonly value: object }
  | { readonly kind: "download"; readonly filename: string; readonly text: string };

type Get = (deps: RouteDeps, query: URLSearchParams, id: string) => Answer;
type Post = (deps: RouteDeps, form: URLSearchParams) => Promise<Answer> | Answer;

const pageSize = 25;
const kinds = ["explain", "dispute", "not-me", "complaint"] as const;

export const getRoutes: Readonly<Record<string, Get>> = {
  "/": ({ source }) => ({ kind: "redirect", to: isEnrolling(source) ? "/enrol" : "/status" }),
  "/enrol": (deps, query) => enrolPage(deps, query),
  "/about": ({ source }, query) => {
    const language = languageOf(query);
    return page("about", source, {
      text: noticeText(language),
      language,
      languages: noticeLanguages,
      languageNames,
      current: "about",
      order: source.order()?.order,
      rules: source.rules(),
    });
  },
  "/status": ({ source }) => {
    const status = source.status();
    const reasons = status.reasons.map((reason) => reasonWords[reason]);
    return page("status", source, {
      status,
      heading: stateWords[status.state],
      text: stateText[status.state],
      reasons,
      rules: source.rules(),
      current: "status",
    });
  },
  "/sent": ({ source }, query) => {
    const before = Number(query.get("before") ?? Number.NaN);
    const records = source.records(Number.isSafeInteger(before) ? before : undefined, pageSize);
    const rows = records.map((record) => ({ record, name: describeRecord(record), outcome: lastOutcome(record) }));
    return page("sent", source, {
      rows,
      older: records.length === pageSize ? records.at(-1)?.seq : undefined,
      current: "sent",
    });
  },
  "/sent/:id": ({ source }, _query, id) => {
    const record = source.findRecord(Number(id));
    if (record === undefined) throw new PolicyError("NOT_FOUND", "There is no record of this number.");
    return page("record", source, { record, name: describeRecord(record), outcomes: outcomeWords, current: "sent" });
  },
  "/order": ({ source }) => {
    const order = source.order();
    const daysLeft = order && Math.max(0, Math.ceil((order.order.notAfter - source.status().now) / 86_400));
    return page("order", source, { order, daysLeft, current: "order" });
  },
  "/say": ({ source }, query) =>
    page("say", source, { about: query.get("about") ?? "", limit: limits.statementCharacters, current: "say" }),
  "/export": ({ source }) => {
    const { filename, json } = source.exportAll();
    return { kind: "download", filename, text: json };
  },
  "/live": ({ permits, source }) => ({
    kind: "json",
    value: { challenge: permits.challenge("page"), state: source.status().state },
  }),
};

export const postRoutes: Readonly<Record<string, Post>> = {
  "/live": ({ permits }, form) => {
    const challenge = form.get("challenge") ?? "";
    return {
      kind: "json",
      value: { live: permits.answer("page", { challenge, inView: form.get("inView") === "yes" }) },
    };
  },
  "/enrol/bring": async ({ source }, form) => {
    const pack = form.get("pack")?.trim() ?? "";
    const [host, code] = [
      form.get("host")?.trim() ?? "",
      (form.get("code") ?? "").replaceAll(/[\s-]/g, "").toLowerCase(),
    ];
    if (pack === "" && (host === "" || code === "")) {
      throw new PolicyError("BAD_FORM", "Paste the token file's text, or type the server's address and the code.");
    }
    await source.enrolment.bring(pack === "" ? { host, code } : { pack });
    return { kind: "redirect", to: "/enrol" };
  },
  "/enrol/answer": async ({ source, reading }, form) => {
    const outcome = z.enum(["acknowledged", "declined"]).safeParse(form.get("outcome"));
    if (!outcome.success) throw new PolicyError("BAD_FORM", "Choose one of the two answers.");
    const language = languageOf(form);
    const screens = reading.finish(language);
    if (screens === undefined)
      throw new PolicyError("BAD_FORM", "Please go through every screen first, in the language you chose.");
    await source.enrolment.answer({
      outcome: outcome.data,
      language,
      copyGiven: form.get("copyGiven") === "yes",
      screens,
      noticeSha256: noticeText(language).sha256,
    });
    return { kind: "redirect", to: "/enrol" };
  },
  "/say": async ({ source }, form) => {
    const kind = z.enum(kinds).safeParse(form.get("kind"));
    const text = (form.get("text") ?? "").replaceAll("\r\n", "\n").trim();
    if (!kind.success) throw new PolicyError("BAD_FORM", "Choose what you want to say.");
    if (text === "") throw new PolicyError("BAD_FORM", "Write what you want to say.");
    if (text.length > limits.statementCharacters) {
      throw new PolicyError(
        "BAD_FORM",
        `Your words are longer than ${limits.statementCharacters} characters. Please shorten them or send two.`,
      );
    }
    const about = form.get("about") ?? "";
    const record = await source.submitStatement({
      kind: kind.data,
      about: /^[0-9]{1,15}$/.test(about) ? Number(about) : undefined,
      text,
    });
    return { kind: "redirect", to: `/sent/${record.seq}` };
  },
};

function enrolPage({ source, reading }: RouteDeps, query: URLSearchParams): Answer {
  const view = source.enrolment.view();
  if (view.step === "done") return { kind: "redirect", to: "/status" };
  const language = languageOf(query);
  const text = noticeText(language);
  const at = Math.max(0, Math.min(text.screens.length - 1, Number.parseInt(query.get("screen") ?? "0", 10) || 0));
  const screen = text.screens[at];
  if (view.step === "read" && screen !== undefined) reading.show(language, screen.id);
  const digits = view.step === "compare" ? `${view.code.slice(0, 4)} ${view.code.slice(4)}` : "";
  return page("enrol", source, {
    view,
    text,
    screen,
    at,
    language,
    languages: noticeLanguages,
    languageNames,
    digits,
    order: source.order()?.order,
    rules: source.rules(),
    refresh: view.step === "wait-for-officer" || view.step === "compare",
  });
}

function page(name: string, source: NoticeSource, model: object): Answer {
  const { practice, agency } = source.status();
  return { kind: "page", page: name, model: { practice, agency, enrolling: isEnrolling(source), ...model } };
}

function isEnrolling(source: NoticeSource): boolean {
  return source.enrolment.view().step !== "done";
}

function languageOf(fields: URLSearchParams): NoticeLanguage {
  return noticeLanguages.find((language) => language === fields.get("language")) ?? "en";
}

function lastOutcome(record: SentRecord): string | undefined {
  const last = record.decisions.at(-1);
  return last && outcomeWords[last.outcome];
}
