import { isAddress, registrableDomainOf } from "@overt/shared/rules/destination.ts";
import { findHost } from "../bundle/hosts.ts";
import type { SkipReason } from "./reasons.ts";

export type ListedHost = { readonly host: string } | { readonly reason: SkipReason };

/**
 * A host as a list writes it, in comparison form, or why it is not taken. What stands for the own machine or for a whole
 * public suffix is never taken: `localhost` and `co.uk` stand in lists by mistake or by custom, and cover far too much.
 */
export function readListedHost(written: string): ListedHost {
  if (written.includes("*")) return { reason: "host-wildcard" };
  const host = findHost(written);
  if (host === undefined) return { reason: "not-a-host" };
  if (isAddress(host)) return readAddress(host, written);
  if (!host.includes(".") || ownNames.test(host)) return { reason: oneLabelOf(host) };
  return registrableDomainOf(host) === undefined ? { reason: "public-suffix" } : { host };
}

const ownNames = /(?:^|\.)(?:localhost|localdomain|local|lan|internal|home\.arpa)$/;
const ownLabels = /^(?:localhost|broadcasthost|local|ip6-[a-z]+)$/;

function oneLabelOf(host: string): SkipReason {
  return host.includes(".") || ownLabels.test(host) ? "own-machine" : "public-suffix";
}

/** Addresses of the own machine: unspecified, loopback, link-local, broadcast. */
const ownAddresses = /^(?:0\.|127\.|169\.254\.|255\.255\.255\.255$|::1?$|fe[89ab][0-9a-f]:)/;

function readAddress(host: string, written: string): ListedHost {
  // The parser takes 127.1, 0x7f000001 and 2130706433 for 127.0.0.1; whoever wrote that may have meant something else.
  if (!host.includes(":") && host !== written && !written.includes(":")) return { reason: "odd-address" };
  return ownAddresses.test(host) ? { reason: "own-machine" } : { host };
}
