import type { Destination } from "./destination.ts";
import type { deviceClasses, Indicator } from "./matchers.ts";
import type { Cause, Channel } from "./signals.ts";

type Seen = { readonly cause: Cause; readonly channel: Channel };

/**
 * What a sensor saw. It never leaves the device. `search` is not among them: the engine derives it from a navigation.
 * A title or text seen on a page carries that page's destination; one of another application's window has none.
 */
export type Observation =
  /** The title goes into sealed evidence where the clause allows it; no rule on navigation reads it. */
  | (Seen & { readonly signal: "navigation"; readonly destination: Destination; readonly title?: string })
  | (Seen & { readonly signal: "title"; readonly text: string; readonly destination?: Destination })
  | (Seen & { readonly signal: "page-text" | "messages"; readonly text: string; readonly destination: Destination })
  | (Seen & {
      readonly signal: "app";
      /** File name without its folder. */
      readonly executable: string;
      readonly bundleId?: string;
      readonly signer?: string;
      readonly sha256?: string;
    })
  | (Seen & {
      readonly signal: "device";
      readonly deviceClass: (typeof deviceClasses)[number];
      readonly registered: boolean;
    })
  | (Seen & { readonly signal: "system"; readonly indicator: Indicator });

/** ISO day of the week (1 is Monday) and minutes since local midnight. */
export type LocalTime = { readonly day: number; readonly minute: number };
