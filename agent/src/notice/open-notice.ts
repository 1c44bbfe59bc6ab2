import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { toHex } from "@overt/shared/bytes.ts";
import { type ErrorCode, OvertError } from "@overt/shared/errors.ts";
import type { NoticeLanguage } from "@overt/shared/notice/text.ts";
import { type Answer, pageAnswer, sendAnswer, setSafeHeaders } from "./answer.ts";
import { readAssets } from "./assets.ts";
import { findLanguage, loadCatalogues, spokenLanguage } from "./catalogue.ts";
import { readForm } from "./form.ts";
import { cookieName, findCookie, judgeRequest, type Own } from "./guard.ts";
import type { PermitKeeper } from "./permit.ts";
import type { NoticeSource } from "./ports.ts";
import { buildReading } from "./reading.ts";
import { buildRender } from "./render.ts";
import { languageCookie } from "./routes/language.ts";
import { findRoute } from "./routes.ts";
import { buildVisit, frameOf, type NoticeParts, offeredLanguages, type Visit } from "./visit.ts";

export interface NoticeOptions {
  readonly source: NoticeSource;
  readonly permits: PermitKeeper;
  /** 0 takes a free one. */
  readonly port: number;
  /** Folder of the built style sheet and client module. */
  readonly assets: string;
  readonly random: (n: number) => Uint8Array;
  /** Seconds, for the time a screen was on show. */
  readonly monotonic: () => number;
}

export interface Notice {
  /** Opens the pages: it holds this start's token. The pages lie beside it: `new URL("../sent", address)`. */
  readonly address: string;
  readonly origin: string;
  close(): Promise<void>;
}

const statusOf: Readonly<Partial<Record<ErrorCode, number>>> = { NOT_FOUND: 404, TOO_LARGE: 413, WRONG_TYPE: 415 };

/**
 * The person's pages on loopback. A listening server is no notice: only an answered challenge of an open page is.
 * Throws MISSING_FILE where the assets were not built.
 */
export async function openNotice(options: NoticeOptions): Promise<Notice> {
  const { source, permits, random } = options;
  const secrets = { base: `/${toHex(random(8))}`, token: toHex(random(32)), session: toHex(random(32)) };
  const assets = readAssets(options.assets);
  const render = buildRender();
  const parts: NoticeParts = {
    source,
    permits,
    reading: buildReading(options.monotonic),
    catalogues: loadCatalogues(),
    base: secrets.base,
  };
  const limits = { requestTimeout: 10_000, headersTimeout: 5_000, maxHeaderSize: 16_384 };
  const server = createServer(limits, (request, response) => void respond(request, response));
  server.maxConnections = 64;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, "127.0.0.1", resolve);
  });
  const own: Own = { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, ...secrets };

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    setSafeHeaders(response);
    const visit = buildVisit(parts, {
      path: "/",
      query: new URLSearchParams(),
      form: new Map(),
      id: undefined,
      language: languageOf(request, parts),
    });
    const answer = await decide(request, response, visit).catch((error: unknown) => refuse(error, visit));
    // What was not read of a refused body is not read any more.
    if (!request.complete) response.setHeader("connection", "close");
    await sendAnswer(answer, response, render, own.base).catch(() => response.destroy());
  }

  async function decide(request: IncomingMessage, response: ServerResponse, visit: Visit): Promise<Answer> {
    const verdict = judgeRequest(request, own);
    if (verdict.kind === "deny") return deny(verdict.status, visit);
    if (verdict.kind === "enter") {
      response.setHeader("set-cookie", `${cookieName}=${own.session}; Path=${own.base}; HttpOnly; SameSite=Strict`);
      // A page of ours, not a redirect: after one that began elsewhere a strict cookie would not be sent.
      return pageAnswer("enter", frameOf(visit));
    }
    const asset = assets.get(verdict.path);
    if (asset !== undefined && request.method === "GET") return { kind: "file", ...asset };
    const found = findRoute(request.method ?? "", verdict.path);
    if (found === undefined) return messagePage(visit, visit.t("error.heading"), visit.t("error.not-found"), 404);
    const form = request.method === "POST" ? await readForm(request, found.route) : visit.form;
    return found.route.answer({ ...visit, path: verdict.path, query: verdict.query, form, id: found.id });
  }

  return {
    address: `http://${own.host}${own.base}/enter/${own.token}`,
    origin: `http://${own.host}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function languageOf(request: IncomingMessage, parts: NoticeParts): NoticeLanguage {
  const chosen = findLanguage(findCookie(request.headers.cookie, languageCookie));
  const offered = offeredLanguages(parts);
  return chosen !== undefined && offered.includes(chosen) ? chosen : (offered[0] ?? "en");
}

/** For somebody who may be anybody: no menu, no link, nothing that says where our pages lie. */
function deny(status: 401 | 403 | 404 | 405 | 421, { t, language }: Visit): Answer {
  const text = {
    401: "denied.token",
    403: "denied.origin",
    404: "error.not-found",
    405: "error.method",
    421: "denied.origin",
  };
  const model = { spoken: spokenLanguage(language), heading: t("denied.heading"), message: t(text[status]) };
  return pageAnswer("denied", model, status);
}

/** An expected refusal keeps its own words; anything else is a fault of ours, and its details stay inside. */
function refuse(error: unknown, visit: Visit): Answer {
  const { t } = visit;
  if (!(error instanceof OvertError)) return messagePage(visit, t("error.heading"), t("error.fault"), 500);
  const texts: Partial<Record<ErrorCode, string>> = { TOO_LARGE: "error.too-large", WRONG_TYPE: "error.wrong-form" };
  const key = texts[error.code];
  return messagePage(visit, t("error.heading"), key ? t(key) : error.message, statusOf[error.code] ?? 422);
}

function messagePage(visit: Visit, heading: string, message: string, status: number): Answer {
  return pageAnswer("message", { ...frameOf(visit), heading, message }, status);
}
