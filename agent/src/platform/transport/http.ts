import { ConfigError, TransportError } from "@overt/shared/errors.ts";
import type { Transport, TransportRequest } from "../../core/transport.ts";
import { isLoopbackUrl } from "../tuf/root-policy.ts";

export interface HttpTransportOptions {
  /** Origin of the agency's server, from the enrolment token. */
  readonly serverUrl: string;
  readonly fetch: typeof fetch;
  readonly timeoutMs: number;
}

/** HTTP to one origin: TLS, or plain on loopback only. Redirects are refused, so no answer comes from anywhere else. */
export function openHttpTransport(options: HttpTransportOptions): Transport {
  const origin = requireSafeOrigin(options.serverUrl);
  return { send: (request) => send(request, origin, options) };
}

/** Throws BAD_CONFIG for anything but https, or http on this very machine. */
export function requireSafeOrigin(serverUrl: string): string {
  if (!URL.canParse(serverUrl)) throw new ConfigError("BAD_CONFIG", "The server's address is not an address.");
  const { protocol, origin, username, password } = new URL(serverUrl);
  const plain = username === "" && password === "";
  if (plain && (protocol === "https:" || (protocol === "http:" && isLoopbackUrl(serverUrl)))) return origin;
  throw new ConfigError("BAD_CONFIG", "The server's address has to begin with https.");
}

async function send(request: TransportRequest, origin: string, options: HttpTransportOptions) {
  const url = new URL(request.path, origin);
  if (url.origin !== origin) throw new TransportError("UNREACHABLE", "The request leads to another server.");
  try {
    const response = await options.fetch(url, {
      method: request.method,
      headers: { ...request.headers, ...(request.contentType && { "content-type": request.contentType }) },
      ...(request.body && { body: Buffer.from(request.body) }),
      redirect: "error",
      signal: AbortSignal.timeout(options.timeoutMs),
    });
    const body = await readCapped(response.body, request.maxBytes);
    return { status: response.status, body, retryAfterSeconds: readRetryAfter(response.headers.get("retry-after")) };
  } catch (cause) {
    if (cause instanceof TransportError) throw cause;
    throw new TransportError("UNREACHABLE", "The server cannot be reached.", { cause });
  }
}

async function readCapped(body: AsyncIterable<Uint8Array> | null, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length > maxBytes) throw new TransportError("BAD_RESPONSE", "The server's answer is longer than allowed.");
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

const longestWait = 3_600;

function readRetryAfter(header: string | null): number | undefined {
  return header !== null && /^[0-9]{1,6}$/.test(header) ? Math.min(longestWait, Number(header)) : undefined;
}
