/** The page's own words: every text the module shows stands in a `<template data-text>`, so the catalogue has them all. */
export function readText(key: string, parameters: Readonly<Record<string, string>> = {}): string {
  const template = document.querySelector<HTMLTemplateElement>(`template[data-text="${CSS.escape(key)}"]`);
  const text = template?.content.textContent ?? "";
  return text.replaceAll(/\{([a-zA-Z]+)\}/g, (_, name: string) => parameters[name] ?? "");
}

export function readMeta(name: string): string {
  return document.querySelector<HTMLMetaElement>(`meta[name="${CSS.escape(name)}"]`)?.content ?? "";
}

export function find<T extends HTMLElement>(root: ParentNode, selector: string): T | undefined {
  return root.querySelector<T>(selector) ?? undefined;
}

/** Says something in a live region: the same words twice are said twice. */
export function say(region: HTMLElement | undefined, text: string): void {
  if (region !== undefined) region.replaceChildren(text);
}
