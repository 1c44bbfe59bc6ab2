import { openHttpTransport } from "@overt/agent/platform/transport/http.ts";
import { canonicalBytes, parseJson } from "@overt/shared/crypto/canonical.ts";
import { TransportError, VerificationError } from "@overt/shared/errors.ts";
import { limits } from "@overt/shared/limits.ts";
import { printable } from "../authority/rules/source/show-problems.ts";

/** What these tools ask of the agency's server. It is trusted with nothing: what it carries is signed. */
export interface Server {
  /** Undefined where there is nothing. Throws TransportError where it cannot be asked now, VerificationError where it refuses. */
  find(path: string): Promise<unknown>;
  /** Throws as `find`. */
  put(path: string, document: unknown): Promise<void>;
}

const timeoutMs = 20_000;
const maxBytes = limits.payload.exchange;

/** Over https, or http on this very machine. Throws BAD_CONFIG for another address. */
export function openServer(serverUrl: string): Server {
  const { send } = openHttpTransport({ serverUrl, fetch: globalThis.fetch, timeoutMs });
  return {
    async find(path) {
      const { status, body } = await send({ method: "GET", path, maxBytes });
      if (status === 404) return undefined;
      if (status !== 200) throw refusal(status, body);
      return parseJson(body);
    },
    async put(path, document) {
      const body = canonicalBytes(document);
      const answer = await send({ method: "PUT", path, body, contentType: "application/json", maxBytes });
      if (answer.status !== 200 && answer.status !== 201) throw refusal(answer.status, answer.body);
    },
  };
}

/** 5xx and 429 pass; everything else is the server's last word on this document. */
function refusal(status: number, body: Uint8Array): TransportError | VerificationError {
  const said = `The server answered ${status}${detailOf(body)}`;
  if (status >= 500 || status === 429) return new TransportError("OVERLOADED", said);
  return new VerificationError(status === 409 ? "FORK" : "BAD_SCHEMA", said);
}

function detailOf(body: Uint8Array): string {
  try {
    const detail = Reflect.get(Object(parseJson(body)), "detail");
    return typeof detail === "string" ? `: ${printable(detail.slice(0, 300))}` : ".";
  } catch {
    // Not a problem document: whatever stands between answered, and the status says enough.
    return ".";
  }
}
