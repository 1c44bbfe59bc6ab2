import { type NoticeLanguage, noticeLanguages, noticeText } from "@overt/shared/notice/text.ts";
import { type Catalogues, languageNames, spokenLanguage, type Translate, translateFrom } from "./catalogue.ts";
import type { Form } from "./form.ts";
import type { Frame } from "./page-models.ts";
import type { PermitKeeper } from "./permit.ts";
import type { NoticeSource } from "./ports.ts";
import type { Reading } from "./reading.ts";
import { timeFormat } from "./time.ts";

/** What the routes work with for as long as the notice is open. */
export interface NoticeParts {
  readonly source: NoticeSource;
  readonly permits: PermitKeeper;
  readonly reading: Reading;
  readonly catalogues: Catalogues;
  readonly base: string;
}

/** One request that passed the guard. */
export interface Visit extends NoticeParts {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly form: Form;
  /** The number in the path, where the route has one. */
  readonly id: number | undefined;
  readonly language: NoticeLanguage;
  readonly t: Translate;
}

export function buildVisit(
  parts: NoticeParts,
  request: Pick<Visit, "path" | "query" | "form" | "id"> & { readonly language: NoticeLanguage },
): Visit {
  return { ...parts, ...request, t: translateFrom(parts.catalogues, request.language) };
}

/** What every page of this visit shares. */
export function frameOf(visit: Visit, current?: Frame["current"]): Frame {
  const { source, language, t } = visit;
  const query = visit.query.toString();
  return {
    t,
    time: timeOf(visit),
    base: visit.base,
    language,
    languages: offeredLanguages(visit).map((id) => ({ id, name: languageNames[id], spoken: spokenLanguage(id) })),
    spoken: spokenLanguage(language),
    practice: source.status().practice,
    menu: !isEnrolling(source),
    current,
    here: query === "" ? visit.path : `${visit.path}?${query}`,
    watch: watchOf(source),
  };
}

export function timeOf(visit: Visit): (seconds: number) => string {
  return timeFormat(visit.language, visit.source.order()?.order.timeZone);
}

/** A person can answer only in the words that the order names; before there is an order, every language is offered. */
export function offeredLanguages({ source }: Pick<Visit, "source">): readonly NoticeLanguage[] {
  const order = source.order()?.order;
  if (order === undefined || source.enrolment.view().step !== "read") return noticeLanguages;
  const isPinned = (language: NoticeLanguage) =>
    order.notices.some((pin) => pin.language === language && pin.sha256 === noticeText(language).sha256);
  return noticeLanguages.filter(isPinned);
}

export function isEnrolling(source: NoticeSource): boolean {
  return source.enrolment.view().step !== "done";
}

/** State and step of the agent: a waiting page asks for itself again when this changes. */
export function watchOf(source: NoticeSource): string {
  return `${source.status().state} ${source.enrolment.view().step}`;
}
