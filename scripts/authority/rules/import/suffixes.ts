import { isAddress } from "@overt/shared/rules/destination.ts";

/** The host and every name that covers it, the longest first; an address is covered by itself alone. */
export function* suffixesOf(host: string): Generator<string> {
  yield host;
  if (isAddress(host)) return;
  for (let dot = host.indexOf("."); dot >= 0; dot = host.indexOf(".", dot + 1)) yield host.slice(dot + 1);
}
