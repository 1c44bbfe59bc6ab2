import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

export const cookieName = "overt-notice";

/** What a request may do: `deny` tells the status; `enter` is a first visit that brought the token of this start. */
export type Verdict =
  | { readonly kind: "pass" }
  | { readonly kind: "enter"; readonly path: string }
  | { readonly kind: "deny"; readonly status: 400 | 401 | 403 | 421 };

/**
 * The one check in front of every route. Host must be ours exactly (a name that somebody's DNS points at loopback is
 * not), a change must come from our own page, and everything needs the token of this start.
 */
export function judgeRequest(
  request: IncomingMessage,
  own: { readonly host: string; readonly token: string },
): Verdict {
  const { method = "", url = "", headers } = request;
  if (headers.host !== own.host) return { kind: "deny", status: 421 };
  if (method !== "GET" && method !== "POST") return { kind: "deny", status: 400 };
  if (method === "POST" && headers.origin !== `http://${own.host}`) return { kind: "deny", status: 403 };
  const site = headers["sec-fetch-site"];
  if (method === "POST" && site !== undefined && site !== "same-origin") return { kind: "deny", status: 403 };
  const enter = /^\/enter\/([0-9a-f]{64})$/.exec(url)?.[1];
  if (method === "GET" && enter !== undefined) {
    return isSame(enter, own.token) ? { kind: "enter", path: "/" } : { kind: "deny", status: 401 };
  }
  const cookie = readCookie(headers.cookie);
  return cookie !== undefined && isSame(cookie, own.token) ? { kind: "pass" } : { kind: "deny", status: 401 };
}

function readCookie(header: string | undefined): string | undefined {
  for (const part of (header ?? "").split(";")) {
    const [name, value] = part.trim().split("=");
    if (name === cookieName) return value;
  }
  return undefined;
}

function isSame(given: string, token: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}
