import { connect, type Socket } from "node:net";
import { bridgeAddress } from "@overt/agent/bridge/address.ts";
import { buildFrameReader, encodeFrame } from "@overt/agent/bridge/frame.ts";
import { AgentMessage, type ExtensionMessage, type Navigation } from "@overt/agent/bridge/messages.ts";
import { parseUtf8 } from "@overt/shared/bytes.ts";

/** Speaks to the agent as the extension does, badge and all. */
export interface SimulatedBrowser {
  readonly messages: readonly AgentMessage[];
  /** Whether the badge is where the person sees it; answers to challenges say so. */
  visible: boolean;
  /** Says hello again; every greeting is answered with a challenge. */
  greet(): void;
  visit(url: string, cause?: Navigation["cause"], tab?: number): void;
  send(message: ExtensionMessage): void;
  close(): void;
}

export async function openSimulatedBrowser(stateFolder: string): Promise<SimulatedBrowser> {
  const socket: Socket = connect(bridgeAddress(stateFolder));
  await new Promise<void>((done, fail) => {
    socket.once("connect", done);
    socket.once("error", fail);
  });
  socket.on("error", () => socket.destroy());
  const messages: AgentMessage[] = [];
  const reader = buildFrameReader(1024 * 1024);
  const send = (message: ExtensionMessage) => void socket.write(encodeFrame(message, 64 * 1024));
  const browser: SimulatedBrowser = {
    messages,
    visible: true,
    send,
    greet: () =>
      send({
        type: "hello",
        v: 1,
        browser: "chromium",
        extensionVersion: "1.0.0",
        installType: "admin",
        incognitoAllowed: true,
        pinned: true,
      }),
    visit: (url, cause = "user-navigation", tab = 1) =>
      send({ type: "navigation", tab, window: 1, url, cause, committedAt: Date.now() }),
    close: () => void socket.destroy(),
  };
  socket.on("data", (chunk: Buffer) => {
    for (const body of reader.push(chunk)) {
      const message = AgentMessage.parse(JSON.parse(parseUtf8(body)));
      messages.push(message);
      if (message.type === "challenge") {
        send({ type: "answer", nonce: message.nonce, pinned: browser.visible, windowVisible: browser.visible });
      }
    }
  });
  browser.greet();
  return browser;
}
