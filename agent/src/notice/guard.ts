import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

export const cookieName = "overt-notice";

/** The names and secrets of this start. */
export interface Own {
  /** `127.0.0.1:<port>` */
  readonly host: string;
  /** `/<16 hex>`: every page lies below it. Cookies do not know ports, so the path keeps ours from other local servers. */
  readonly base: string;
  /** 64 hex digits in the address that opens the pages. */
  readonly token: string;
  /** 64 hex digits in the cookie: it cannot be turned back into the address. */
  readonly session: string;
}

/** What a request may do: `enter` is a first visit that brought the token of this start; `path` is below the base. */
export type Verdict =
  | { readonly kind: "pass"; readonly path: string; readonly query: URLSearchParams }
  | { readonly kind: "enter" }
  | { readonly kind: "deny"; readonly status: 401 | 403 | 404 | 405 | 421 };

/**
 * The one check in front of every route. Host must be ours exactly (a name that somebody's DNS points at loopback is
 * not), a change must come from our own page, and everything needs the token of this start.
 */
export function judgeRequest(request: Pick<IncomingMessage, "method" | "url" | "headers">, own: Own): Verdict {
  const { method, url = "", headers } = request;
  if (headers.host !== own.host) return deny(421);
  if (method !== "GET" && method !== "POST") return deny(405);
  if (method === "POST" && headers.origin !== `http://${own.host}`) return deny(403);
  const site = headers["sec-fetch-site"];
  if (method === "POST" && site !== undefined && site !== "same-origin") return deny(403);
  const [full = "", query = ""] = url.split("?", 2);
  if (!full.startsWith(`${own.base}/`)) return deny(404);
  const path = full.slice(own.base.length);
  if (method === "GET" && path.startsWith("/enter/")) {
    return isSame(path.slice("/enter/".length), own.token) ? { kind: "enter" } : deny(401);
  }
  const cookie = findCookie(headers.cookie, cookieName);
  if (cookie === undefined || !isSame(cookie, own.session)) return deny(401);
  return { kind: "pass", path, query: new URLSearchParams(query) };
}

export function findCookie(header: string | undefined, wanted: string): string | undefined {
  for (const part of (header ?? "").split(";")) {
    const [name, value] = part.trim().split("=");
    if (name === wanted) return value;
  }
  return undefined;
}

function deny(status: 401 | 403 | 404 | 405 | 421): Verdict {
  return { kind: "deny", status };
}

function isSame(given: string, secret: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(secret)];
  return a.length === b.length && timingSafeEqual(a, b);
}
