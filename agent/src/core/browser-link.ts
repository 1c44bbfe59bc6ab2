import type { AgentMessage, ExtensionMessage, Hello, Status } from "../bridge/messages.ts";
import type { PermitKeeper } from "../notice/permit.ts";
import { type BrowserSensor, buildBrowserSensor } from "./browser-sensor.ts";
import type { Monitor } from "./monitor.ts";

interface Connection {
  readonly sensor: BrowserSensor;
  hello: Hello | undefined;
}

/** The browsers that are connected: their greetings, their badges' answers, and what they report. */
export interface BrowserLink {
  receive(connection: number, message: ExtensionMessage): void;
  closed(connection: number): void;
  connected(): boolean;
  /** True where one badge at least is where the person sees it. */
  pinned(): boolean;
  /** Asks every badge to answer; a permit of the badge lives 30 seconds. */
  challenge(): void;
  /** Tells every extension how things stand, where that changed. */
  tell(status: Status): void;
}

/** `monitor` undefined: nothing is enrolled or everything has ended, and reports are dropped unread. */
export function buildBrowserLink(deps: {
  readonly permits: PermitKeeper;
  readonly monitor: () => Monitor | undefined;
  readonly send: (connection: number, message: AgentMessage) => void;
}): BrowserLink {
  const connections = new Map<number, Connection>();
  const { permits, send } = deps;
  let told = "";
  let status: Status | undefined;

  const sensorFor = (): BrowserSensor => {
    let made: { monitor: Monitor; sensor: BrowserSensor } | undefined;
    const current = () => {
      const monitor = deps.monitor();
      if (monitor === undefined) return undefined;
      if (made?.monitor !== monitor) {
        made = { monitor, sensor: buildBrowserSensor({ monitor, permit: () => permits.current("browser") }) };
      }
      return made.sensor;
    };
    return { navigation: (message) => current()?.navigation(message), title: (message) => current()?.title(message) };
  };
  const challengeOne = (connection: number) =>
    send(connection, { type: "challenge", nonce: permits.challenge("badge") });

  return {
    receive(id, message) {
      const connection = connections.get(id) ?? { sensor: sensorFor(), hello: undefined };
      connections.set(id, connection);
      switch (message.type) {
        case "hello":
          connection.hello = message;
          challengeOne(id);
          if (status !== undefined) send(id, status);
          return;
        case "answer":
          permits.answer("badge", { challenge: message.nonce, inView: message.pinned && message.windowVisible });
          return;
        case "navigation":
          return connection.sensor.navigation(message);
        case "title":
          return connection.sensor.title(message);
      }
    },
    closed: (id) => void connections.delete(id),
    connected: () => connections.size > 0,
    pinned: () => [...connections.values()].some(({ hello }) => hello?.pinned === true),
    challenge() {
      for (const id of connections.keys()) challengeOne(id);
    },
    tell(next) {
      status = next;
      const text = JSON.stringify(next);
      if (text === told) return;
      told = text;
      for (const id of connections.keys()) send(id, next);
    },
  };
}
