import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { toHex } from "@overt/shared/bytes.ts";
import { OvertError, PolicyError } from "@overt/shared/errors.ts";
import { readForm } from "./form.ts";
import { cookieName, judgeRequest } from "./guard.ts";
import type { PermitKeeper } from "./permit.ts";
import type { NoticeSource } from "./ports.ts";
import { buildReading } from "./reading.ts";
import { buildRender } from "./render.ts";
import { type Answer, getRoutes, postRoutes, type RouteDeps } from "./routes.ts";

export interface NoticeOptions {
  readonly source: NoticeSource;
  readonly permits: PermitKeeper;
  /** 0 takes a free one. */
  readonly port: number;
  /** Folder of the built style sheet and client module. */
  readonly assets: string;
  readonly random: (n: number) => Uint8Array;
  /** Unix seconds, for the time a screen was on show. */
  readonly now: () => number;
}

export interface Notice {
  /** Opens the pages once per start: it holds this start's token. */
  readonly address: string;
  readonly origin: string;
  close(): Promise<void>;
}

const assetTypes: Readonly<Record<string, string>> = {
  "/assets/notice.css": "text/css; charset=utf-8",
  "/assets/notice.js": "text/javascript; charset=utf-8",
};

/** The person's pages on loopback. A listening server is no notice: only an answered challenge of an open page is. */
export async function openNotice(options: NoticeOptions): Promise<Notice> {
  const token = toHex(options.random(32));
  const render = buildRender();
  const deps: RouteDeps = { source: options.source, permits: options.permits, reading: buildReading(options.now) };
  let host = "";

  const server = createServer(
    { requestTimeout: 10_000, headersTimeout: 5_000, maxHeaderSize: 16_384 },
    (request, response) => {
      setHeaders(response);
      void respond(request, response).catch((error: unknown) => sendError(error, response));
    },
  );

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const verdict = judgeRequest(request, { host, token });
    if (verdict.kind === "deny") return sendDenied(verdict.status, response);
    if (verdict.kind === "enter") {
      response.setHeader("set-cookie", `${cookieName}=${token}; Path=/; HttpOnly; SameSite=Strict`);
      // A page of ours, not a redirect: after one from elsewhere a strict cookie would not be sent.
      return sendAnswer({ kind: "page", page: "enter", model: { to: verdict.path } }, response);
    }
    const url = new URL(request.url ?? "/", `http://${host}`);
    const asset = assetTypes[url.pathname];
    if (asset !== undefined && request.method === "GET") {
      response
        .writeHead(200, { "content-type": asset })
        .end(readFileSync(join(options.assets, url.pathname.slice("/assets/".length))));
      return;
    }
    sendAnswer(await route(request, url), response);
  }

  async function route(request: IncomingMessage, url: URL): Promise<Answer> {
    const [, path, id] = /^(\/sent)\/([0-9]{1,15})$/.exec(url.pathname) ?? [];
    const name = path === undefined ? url.pathname : `${path}/:id`;
    if (request.method === "GET" && Object.hasOwn(getRoutes, name)) {
      return (getRoutes[name] as NonNullable<(typeof getRoutes)[string]>)(deps, url.searchParams, id ?? "");
    }
    if (request.method === "POST" && Object.hasOwn(postRoutes, name)) {
      return (postRoutes[name] as NonNullable<(typeof postRoutes)[string]>)(deps, await readForm(request));
    }
    throw new PolicyError("NOT_FOUND", "There is no such page.");
  }

  function sendAnswer(answer: Answer, response: ServerResponse): void {
    switch (answer.kind) {
      case "page": {
        const html = render(answer.page, answer.model);
        response.writeHead(answer.status ?? 200, { "content-type": "text/html; charset=utf-8" }).end(html);
        return;
      }
      case "redirect":
        response.writeHead(303, { location: answer.to }).end();
        return;
      case "json":
        response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer.value));
        return;
      case "download":
        response
          .writeHead(200, {
            "content-type": "application/json",
            "content-disposition": `attachment; filename="${answer.filename.replaceAll(/[^\w.-]/g, "")}"`,
          })
          .end(answer.text);
    }
  }

  function sendDenied(status: number, response: ServerResponse): void {
    const message =
      status === 401
        ? "Open the notice from its own address: the agent prints it when it starts, and the browser's badge leads to it."
        : "This request did not come from the notice itself.";
    sendAnswer(
      { kind: "page", page: "message", model: { heading: "This page cannot be shown", message }, status },
      response,
    );
  }

  function sendError(error: unknown, response: ServerResponse): void {
    const known = error instanceof OvertError ? error : undefined;
    const status =
      known === undefined ? 500 : known.code === "NOT_FOUND" ? 404 : known.code === "TOO_LARGE" ? 413 : 422;
    const message =
      known?.message ??
      "The program could not do this. Nothing was lost. Try again, and tell your officer if it stays.";
    if (response.headersSent) return void response.destroy();
    sendAnswer(
      {
        kind: "page",
        page: "message",
        model: { heading: "That did not work", message, practice: deps.source.status().practice },
        status,
      },
      response,
    );
  }

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, "127.0.0.1", resolve);
  });
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    address: `http://${host}/enter/${token}`,
    origin: `http://${host}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function setHeaders(response: ServerResponse): void {
  const headers = {
    "content-security-policy":
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
  };
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
}
