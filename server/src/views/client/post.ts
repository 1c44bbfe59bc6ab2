import { readMeta } from "./page.ts";

/** The server refused, or could not be reached (status 0, code NETWORK). The message is for the reader. */
export class PostError extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const answered = "overt-answered";
/** What the module sends by itself does not keep the session alive. */
const passive = ["/draft"];

/** Calls back after each answer that kept the session alive. */
export function onAnswer(listener: () => void): void {
  document.addEventListener(answered, listener);
}

/** A JSON POST to the console itself; undefined where the answer has no body. */
export async function post(
  path: string,
  body: unknown,
  options: { readonly keepalive?: boolean } = {},
): Promise<unknown> {
  const answer = await fetch(path, {
    method: "POST",
    credentials: "same-origin",
    cache: "no-store",
    redirect: "error",
    keepalive: options.keepalive ?? false,
    headers: { "content-type": "application/json", accept: "application/json", "csrf-token": readMeta("csrf-token") },
    body: JSON.stringify(body),
  }).catch(() => {
    throw new PostError(0, "NETWORK", "");
  });
  if (answer.ok && !passive.some((end) => path.endsWith(end))) document.dispatchEvent(new Event(answered));
  if (answer.status === 204) return undefined;
  const json: unknown = await answer.json().catch(() => undefined);
  if (answer.ok) return json;
  throw new PostError(answer.status, readString(json, "code"), readString(json, "detail"));
}

function readString(json: unknown, name: string): string {
  const value: unknown = typeof json === "object" && json !== null ? Reflect.get(json, name) : undefined;
  return typeof value === "string" ? value : "";
}
