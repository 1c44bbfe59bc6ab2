import { openServer } from "../cli/server.ts";
import type { Relay } from "./relay.ts";

/** The relay of the agency's ingest. */
export function openHttpRelay(serverUrl: string, tokenId: string): Relay {
  const server = openServer(serverUrl);
  const path = (step: string) => `/v1/enrolments/exchange/${tokenId}/${step}`;
  return {
    name: serverUrl,
    find: (step) => server.find(path(step)),
    write: (step, message) => server.put(path(step), message),
  };
}
