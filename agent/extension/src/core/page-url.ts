/** As in the agent's `bridgeLimits`; a longer address is cut there. */
export const longestUrl = 16_384;

/**
 * The address of a page as it may be reported, or undefined for anything but http and https. User name and password
 * never leave the browser. The fragment is dropped: it names a place inside one page, so moving between fragments is
 * no navigation. An over-long address keeps its beginning, where the host is.
 */
export function observableUrl(url: string): string | undefined {
  const parsed = URL.parse(url);
  if (!parsed || (parsed.protocol !== "http:" && parsed.protocol !== "https:")) return undefined;
  parsed.username = "";
  parsed.password = "";
  parsed.hash = "";
  return parsed.href.slice(0, longestUrl);
}
