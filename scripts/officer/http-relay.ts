import { openHttpTransport } from "@overt/agent/platform/transport/http.ts";
import { canonicalBytes, parseJson } from "@overt/shared/crypto/canonical.ts";
import { TransportError, VerificationError } from "@overt/shared/errors.ts";
import { limits } from "@overt/shared/limits.ts";
import type { EnrolmentPack } from "@overt/shared/protocol/enrolment.ts";
import { printable } from "../authority/rules/source/show-problems.ts";
import type { Relay } from "./relay.ts";

const timeoutMs = 20_000;

/** The relay of the agency's ingest. */
export function openHttpRelay(serverUrl: string, tokenId: string): Relay {
  const { send } = openHttpTransport({ serverUrl, fetch: globalThis.fetch, timeoutMs });
  const path = (step: string) => `/v1/enrolments/exchange/${tokenId}/${step}`;
  const maxBytes = limits.payload.exchange;
  return {
    name: serverUrl,
    async find(step) {
      const { status, body } = await send({ method: "GET", path: path(step), maxBytes });
      if (status === 404) return undefined;
      if (status !== 200) throw refusal(status, body);
      return parseJson(body);
    },
    async write(step, message) {
      const { status, body } = await send({
        method: "PUT",
        path: path(step),
        body: canonicalBytes(message),
        contentType: "application/json",
        maxBytes,
      });
      if (status !== 200 && status !== 201) throw refusal(status, body);
    },
  };
}

/** Leaves the pack with the server, so that its code can be typed on the device. */
export async function offerPack(serverUrl: string, pack: EnrolmentPack): Promise<void> {
  const { send } = openHttpTransport({ serverUrl, fetch: globalThis.fetch, timeoutMs });
  const { status, body } = await send({
    method: "PUT",
    path: "/v1/tokens",
    body: canonicalBytes(pack),
    contentType: "application/json",
    maxBytes: limits.payload.exchange,
  });
  if (status !== 200 && status !== 201) throw refusal(status, body);
}

/** 5xx and 429 pass; everything else is the server's last word on this message. */
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
