import type { AgentMessage, ExtensionMessage } from "@overt/agent/bridge/messages.ts";
import { findAgentMessage } from "../core/agent-message.ts";
import { hostName } from "./config.ts";

const alarmName = "reconnect";
/** The shortest period that browsers keep; it also wakes a worker that was put to sleep. */
const alarmMinutes = 0.5;
const retryMilliseconds = 2_000;

export interface HostPort {
  /** Lost without a word where the host is not running: what was seen without an agent is not reported later. */
  send(message: ExtensionMessage): void;
}

export interface HostEvents {
  readonly onConnect: () => void;
  readonly onMessage: (message: AgentMessage) => void;
  readonly onDisconnect: () => void;
}

/** Keeps one native host running: reconnects soon after it ends, and by alarm where the worker slept meanwhile. */
export function openHostPort(events: HostEvents): HostPort {
  let port: chrome.runtime.Port | undefined;

  function connect(): void {
    if (port) return;
    const opened = chrome.runtime.connectNative(hostName);
    port = opened;
    opened.onMessage.addListener((value: unknown) => {
      const message = findAgentMessage(value);
      if (message) events.onMessage(message);
    });
    opened.onDisconnect.addListener(() => {
      // Reading it tells the browser that the reason was noticed; the badge shows it.
      void chrome.runtime.lastError;
      port = undefined;
      events.onDisconnect();
      setTimeout(connect, retryMilliseconds);
    });
    events.onConnect();
  }

  chrome.alarms.onAlarm.addListener((alarm) => {
    if (alarm.name === alarmName) connect();
  });
  void chrome.alarms.create(alarmName, { periodInMinutes: alarmMinutes });
  // The worker starts with the browser only where something listens for it.
  chrome.runtime.onStartup.addListener(connect);
  chrome.runtime.onInstalled.addListener(connect);
  connect();
  return { send: (message) => port?.postMessage(message) };
}
