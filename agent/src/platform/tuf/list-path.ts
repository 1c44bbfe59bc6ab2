import { statSync } from "node:fs";

/** True of a published host list, by its name or by its path in a folder: these are large and stay on the disk. */
export function isListName(name: string): boolean {
  return name.startsWith("lists/");
}

export function hasLength(path: string, length: number | undefined): boolean {
  return length !== undefined && statSync(path, { throwIfNoEntry: false })?.size === length;
}
