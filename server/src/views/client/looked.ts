import { find, readText } from "./page.ts";

/** Adds what this page has just opened to the list of who has looked, as a new page would show it. */
export function addLooked(level: 0 | 1 | 2, viewedAt: string): void {
  const table = find(document, "[data-looked]");
  const row = document.querySelector<HTMLTemplateElement>("template[data-looked-row]");
  const body = table === undefined ? undefined : find(table, "tbody");
  if (table === undefined || row === null || body === undefined) return;
  const line = document.importNode(row.content, true);
  find(line, '[data-slot="what"]')?.replaceChildren(readText(`looked.level${level}`));
  find(line, '[data-slot="when"]')?.replaceChildren(viewedAt);
  body.append(line);
  table.hidden = false;
  const none = find(document, "[data-looked-none]");
  if (none !== undefined) none.hidden = true;
}
