import type { Metadata, Root } from "@tufjs/models";
import { type TufRole, tufRoles } from "../roles.ts";

/** Public keys (hex) that a root gives a role. */
export function keysOfRole(root: Metadata<Root>, role: TufRole): string[] {
  const ids = root.signed.roles[role]?.keyIDs ?? [];
  return ids.map((id) => root.signed.keys[id]?.keyVal["public"] ?? "").sort();
}

/** A root in plain words, and who comes and goes against the one before. */
export function describeRoot(root: Metadata<Root>, before: Metadata<Root> | undefined): string[] {
  const mark = root.signed.unrecognizedFields["x-overt"] as { agency: string; practice: boolean };
  return [
    `Root ${root.signed.version} of ${mark.agency}${mark.practice ? ", PRACTICE: it works on loopback only" : ""}`,
    `  good until   ${root.signed.expires.slice(0, 16).replace("T", " ")} UTC`,
    ...tufRoles.flatMap((role) => {
      const keys = keysOfRole(root, role);
      const old = before === undefined ? keys : keysOfRole(before, role);
      const need = root.signed.roles[role]?.threshold;
      const oldNeed = before?.signed.roles[role]?.threshold;
      return [
        `  ${role.padEnd(11)}  ${need} of ${keys.length}: ${keys.map((key) => `${key.slice(0, 8)}…`).join(" ")}`,
        ...(oldNeed !== undefined && oldNeed !== need ? [`      THRESHOLD was ${oldNeed}`] : []),
        ...keys.filter((key) => !old.includes(key)).map((key) => `      NEW  ${key}`),
        ...old.filter((key) => !keys.includes(key)).map((key) => `      GONE ${key}`),
      ];
    }),
  ];
}
