import { type Destination, findDestination } from "@overt/shared/rules/destination.ts";
import type { Cause } from "@overt/shared/rules/signals.ts";
import type { Navigation, Title } from "../bridge/messages.ts";
import type { CapturePermit } from "../notice/ports.ts";
import type { Monitor } from "./monitor.ts";

interface KnownTab {
  readonly url: string;
  readonly destination: Destination;
  readonly cause: Cause;
}

/** Tabs remembered for one browser profile; more only forget the oldest, whose titles are then not looked at. */
const rememberedTabs = 500;

/** Turns what one browser profile reports into observations. */
export interface BrowserSensor {
  navigation(message: Navigation): void;
  title(message: Title): void;
}

/**
 * A title is looked at only for a page that this browser reported and whose host passed the gate; a window's title
 * without that says nothing about where it stands.
 */
export function buildBrowserSensor(deps: {
  readonly monitor: Monitor;
  readonly permit: () => CapturePermit | undefined;
}): BrowserSensor {
  const tabs = new Map<number, KnownTab>();
  return {
    navigation({ tab, url, title, cause }) {
      tabs.delete(tab);
      const destination = findDestination(url);
      if (destination === undefined) return;
      const seen = deps.monitor.observe(
        { signal: "navigation", destination, ...(title !== undefined && { title }), cause, channel: "extension" },
        deps.permit(),
      );
      if (seen.kind !== "seen") return;
      tabs.set(tab, { url, destination, cause });
      const oldest = tabs.keys().next();
      if (tabs.size > rememberedTabs && !oldest.done) tabs.delete(oldest.value);
    },
    title({ tab, url, title }) {
      const known = tabs.get(tab);
      if (known === undefined || known.url !== url) return;
      const { destination, cause } = known;
      deps.monitor.observe({ signal: "title", text: title, destination, cause, channel: "extension" }, deps.permit());
    },
  };
}
