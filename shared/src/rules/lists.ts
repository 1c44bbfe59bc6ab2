import { PolicyError } from "../errors.ts";
import { buildHostCover, type HostCover } from "./hosts.ts";
import type { ListReference } from "./language.ts";

/** Where compiled lists come from: the agent's TUF folder, a server's cache, a test's memory. */
export type ListSource = {
  /** Throws MISSING_LIST where the list is not there or is not the one the reference names. */
  openList(reference: ListReference): HostCover;
  /** The list of this id in whatever version is published: an order names its protected lists so. Throws MISSING_LIST. */
  openPublished(id: string): HostCover;
};

/** Lists held as plain host names, by id: for authoring, tests and rule sets without lists. */
export function buildPlainLists(lists: Readonly<Record<string, readonly string[]>> = {}): ListSource {
  const openPublished = (id: string) => {
    const names = Object.hasOwn(lists, id) ? lists[id] : undefined;
    if (names === undefined) throw new PolicyError("MISSING_LIST", "A list that the rule set needs is not there.");
    return buildHostCover(names);
  };
  return { openPublished, openList: ({ id }) => openPublished(id) };
}
