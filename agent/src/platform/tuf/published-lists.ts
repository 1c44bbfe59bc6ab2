import { hash } from "node:crypto";
import { PolicyError } from "@overt/shared/errors.ts";
import type { HostCover } from "@overt/shared/rules/hosts.ts";
import { type HostList, openHostList } from "@overt/shared/rules/lists/host-list.ts";
import type { Sha256 } from "@overt/shared/rules/lists/layout.ts";
import type { ListFile } from "@overt/shared/rules/lists/list-file.ts";
import type { OpenLists } from "../../core/rule-books.ts";
import type { PublishedList } from "../../core/verified-targets.ts";

/** OpenSSL's: a filter of five million hosts takes four milliseconds, and a tenth of a second by the portable one. */
export const nativeSha256: Sha256 = (bytes) => hash("sha256", bytes, "buffer");

/** The binary lists of a published version, read where they lie: a filter of some nine bits a host is all that is in memory. */
export const openPublishedLists: OpenLists = (targets, findKey) => {
  let damaged = false;
  const requireList = (name: string): PublishedList => {
    const found = targets.findList(name);
    if (found === undefined) throw new PolicyError("MISSING_LIST", "A list that the rule set needs is not there.");
    return found;
  };
  const open = (list: PublishedList, id: string): HostList => {
    const file = list.open();
    const discard = () => {
      damaged = true;
      file.discard?.();
    };
    const read: ListFile["read"] = (at, into) => {
      try {
        file.read(at, into);
      } catch (error) {
        damaged = true;
        throw error;
      }
    };
    return openHostList({ ...file, read, discard }, { key: findKey(id), sha256: nativeSha256 });
  };
  return {
    isDamaged: () => damaged,
    openList({ id, target, sha256, entries, sensitive }): HostCover {
      const list = requireList(target);
      if (list.sha256 !== sha256) {
        throw new PolicyError("MISSING_LIST", "A list is published in another version than the rule set names.");
      }
      const opened = open(list, id);
      if (opened.entries !== entries || opened.keyed !== sensitive) {
        throw new PolicyError("RULE_REFUSED", "A list is not what the rule set says of it.");
      }
      return opened;
    },
    openPublished: (id) => open(requireList(`lists/${id}.bin`), id),
  };
};
