import type { AgentMessage, ExtensionMessage, Navigation, Status } from "@overt/agent/bridge/messages.ts";
import { type Bridge, openBridge } from "@overt/agent/bridge/server.ts";

export const onStatus: Status = {
  type: "status",
  state: "on",
  practice: true,
  noticeUrl: "http://127.0.0.1:65000/notice",
  sees: ["navigation", "title"],
};

type Received = ExtensionMessage["type"];

/** The agent's end of the bridge, which says `on` to every greeting and keeps what it is told. */
export interface FakeAgent {
  readonly messages: readonly ExtensionMessage[];
  readonly navigations: readonly Navigation[];
  broadcast(message: AgentMessage): void;
  /** The first message, from now or before, that is of this type and passes; rejects after `milliseconds`. */
  waitFor<T extends Received>(
    type: T,
    passes?: (message: Extract<ExtensionMessage, { type: T }>) => boolean,
    milliseconds?: number,
  ): Promise<Extract<ExtensionMessage, { type: T }>>;
  close(): Promise<void>;
}

export async function openFakeAgent(path: string, greeting: Status | undefined = onStatus): Promise<FakeAgent> {
  const messages: ExtensionMessage[] = [];
  const waiting = new Set<() => void>();
  const bridge: Bridge = await openBridge({
    path,
    onMessage(connection, message) {
      messages.push(message);
      if (message.type === "hello" && greeting) bridge.send(connection, greeting);
      for (const look of [...waiting]) look();
    },
    onClose() {
      for (const look of [...waiting]) look();
    },
  });
  return {
    messages,
    get navigations() {
      return messages.filter((message) => message.type === "navigation");
    },
    broadcast: (message) => bridge.broadcast(message),
    waitFor(type, passes = () => true, milliseconds = 15_000) {
      type Wanted = Extract<ExtensionMessage, { type: typeof type }>;
      const isWanted = (message: ExtensionMessage): message is Wanted =>
        message.type === type && passes(message as Wanted);
      return new Promise((done, fail) => {
        const timer = setTimeout(() => {
          waiting.delete(look);
          const seen = messages.map((message) => message.type).join(", ");
          fail(new Error(`No ${type} as expected came from the extension; it said: ${seen}`));
        }, milliseconds);
        const look = () => {
          const found = messages.find(isWanted);
          if (!found) return;
          clearTimeout(timer);
          waiting.delete(look);
          done(found);
        };
        waiting.add(look);
        look();
      });
    },
    close: () => bridge.close(),
  };
}
