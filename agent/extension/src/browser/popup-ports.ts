import type { SessionView } from "../core/session.ts";

/** Popups that are open, told of each change. */
export function openPopupPorts(current: () => SessionView): { show(view: SessionView): void } {
  const open = new Set<chrome.runtime.Port>();
  chrome.runtime.onConnect.addListener((port) => {
    open.add(port);
    port.onDisconnect.addListener(() => open.delete(port));
    port.postMessage(current());
  });
  return {
    show(view) {
      for (const port of open) port.postMessage(view);
    },
  };
}
