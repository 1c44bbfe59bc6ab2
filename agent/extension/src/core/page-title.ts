/** As in the agent's `bridgeLimits`; a longer title is cut there. */
export const longestTitle = 1_024;

/** A title as it may be reported, or undefined where the browser shows the address because the page has none. */
export function observableTitle(title: string, url: string): string | undefined {
  const text = title.slice(0, longestTitle).toWellFormed();
  const bare = (address: string) => address.replace(/^https?:\/\//, "").replace(/\/$/, "");
  if (text.trim() === "" || bare(text) === bare(url).slice(0, longestTitle)) return undefined;
  return text;
}
