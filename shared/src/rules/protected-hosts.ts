import { buildHostCover, type HostCover } from "./hosts.ts";

/**
 * The hosts that no rule ever speaks of: those the order names and those of its lists (solicitors, courts, doctors,
 * helplines, complaints bodies). They beat every rule, whatever its host.
 */
export function buildProtectedHosts(hosts: readonly string[], lists: readonly HostCover[]): (host: string) => boolean {
  const covers = [buildHostCover(hosts), ...lists];
  return (host) => covers.some((cover) => cover.findCovering(host) > 0);
}
