import { ruleLimits } from "@overt/shared/rules/limits.ts";
import type { Term } from "@overt/shared/rules/matchers.ts";
import type { TextSignal } from "@overt/shared/rules/signals.ts";
import type { Action } from "./entry.ts";
import type { Gathered } from "./gathered.ts";

/** One rule of an import, before its examples are chosen. */
export type Part =
  | {
      readonly id: string;
      readonly signal: "navigation";
      readonly action: Action;
      readonly list: string | undefined;
      readonly paths: readonly string[];
    }
  | {
      readonly id: string;
      readonly signal: TextSignal;
      readonly any: readonly Term[];
      readonly unless: readonly Term[];
    };

/** As few rules as hold everything: one for the hosts and the first paths, others for more paths, the same for exceptions. */
export function planParts(id: string, gathered: Gathered, signals: readonly TextSignal[]): readonly Part[] {
  return [
    ...planPages(id, "alert", gathered),
    ...planPages(`${id}-allow`, "allow", gathered),
    ...signals.flatMap((signal, at) => planTerms(at === 0 ? id : `${id}-${signal}`, signal, gathered)),
  ];
}

function planPages(id: string, action: Action, gathered: Gathered): readonly Part[] {
  const list = gathered.hosts[action].hosts.size > 0 ? id : undefined;
  const groups = split([...gathered.paths[action].keys()], ruleLimits.pathsPerRule);
  if (list === undefined && groups.length === 0) return [];
  return (groups.length === 0 ? [[]] : groups).map((paths, at) => ({
    id: at === 0 ? id : `${id}-${at + 1}`,
    signal: "navigation",
    action,
    list: at === 0 ? list : undefined,
    paths,
  }));
}

function planTerms(id: string, signal: TextSignal, gathered: Gathered): readonly Part[] {
  const unless = [...gathered.terms.unless.values()];
  const room = ruleLimits.termsPerRule - unless.length;
  return split([...gathered.terms.any.values()], room).map((any, at) => ({
    id: at === 0 ? id : `${id}-${at + 1}`,
    signal,
    any,
    unless,
  }));
}

function split<T>(items: readonly T[], most: number): readonly (readonly T[])[] {
  const groups: (readonly T[])[] = [];
  for (let at = 0; at < items.length; at += most) groups.push(items.slice(at, at + most));
  return groups;
}
