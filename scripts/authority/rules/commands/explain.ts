import { ConfigError } from "@overt/shared/errors.ts";
import { explain } from "@overt/shared/rules/explain.ts";
import type { Example } from "@overt/shared/rules/language.ts";
import { deviceClasses, indicators } from "@overt/shared/rules/matchers.ts";
import type { Signal } from "@overt/shared/rules/signals.ts";
import { Command, Option } from "commander";
import { findMoment } from "../bundle/schedule.ts";
import { buildBundleEngine, openBundle } from "../compile.ts";
import { describeExplanation } from "../describe-explanation.ts";
import { deskEngine, observeExample, ordinaryTime } from "../observe.ts";
import { openGate, readOrder } from "../order-gate.ts";
import { print, printJson } from "../output.ts";
import { showProblems } from "../source/show-problems.ts";

type Options = {
  url?: string;
  title?: string;
  text?: string;
  messages?: string;
  search?: string;
  app?: string;
  indicator?: (typeof indicators)[number];
  device?: (typeof deviceClasses)[number];
  declared?: true;
  at?: string;
  order?: string;
  rule?: string;
  all?: true;
  json?: true;
};

export function buildExplainCommand(): Command {
  return new Command("explain")
    .description("show for one input each step of match and gate, and why nothing matched")
    .argument("<bundle>", "the bundle's folder, or one .yaml file")
    .option("--url <address>", "a visit; with --title, --text or --messages the page they stand on")
    .option("--search <words>", "words typed into a search engine")
    .option("--title <text>", "the title of a page or window")
    .option("--text <text>", "the text of a page")
    .option("--messages <text>", "text on a messaging page")
    .option("--app <executable>", "a program that was started")
    .addOption(new Option("--indicator <name>", "a sign about the system").choices(indicators))
    .addOption(new Option("--device <class>", "an attached device").choices(deviceClasses))
    .option("--declared", "the device is in the register")
    .option("--at <day and time>", "local day and time, such as 'Wed 22:15'; without it Wed 12:00")
    .option(
      "--order <file>",
      "an order's JSON (or its envelope; its signatures are not checked here): asks the gate too",
    )
    .option("--rule <id>", "this rule only")
    .option("--all", "also the rules that speak of other signals")
    .option("--json", "one line of JSON")
    .addHelpText(
      "after",
      `
Examples:
  authority rules explain scripts/authority/example --url https://www.velvarine.example/
  authority rules explain scripts/authority/example --search "velvarine gallery"
  authority rules explain scripts/authority/example --title "Velvarine and quillonade: the exhibition"
  authority rules explain scripts/authority/example --url https://lanternline.example/ --at "Wed 23:30" --order order.json`,
    )
    .action((path: string, options: Options) => {
      const { bundle, problems } = openBundle(path);
      if (bundle === undefined) {
        throw new ConfigError("BAD_CONFIG", `${path} cannot be compiled:\n${showProblems(problems.list())}`);
      }
      const { signal, example } = readInput(options);
      const observation = observeExample(signal, example);
      if (observation === undefined) {
        throw new ConfigError(
          "USAGE",
          "The address is no http or https address: no browser would visit it, so nothing is matched.",
        );
      }
      const local = options.at === undefined ? ordinaryTime : findMoment(options.at);
      if (local === undefined) throw new ConfigError("USAGE", "--at is a day and a time, such as 'Wed 22:15'.");
      if (options.rule !== undefined && !bundle.places.has(options.rule)) {
        throw new ConfigError("USAGE", `The bundle has no rule ${options.rule}.`);
      }
      const engine = buildBundleEngine(bundle, { engines: [...bundle.engines, deskEngine] });
      const order = options.order === undefined ? undefined : readOrder(options.order);
      const explanation = explain({
        engine,
        observation,
        local,
        lists: bundle.lists,
        ...(order && { gate: openGate(order, local), protectedHosts: order.protectedHosts.hosts }),
      });
      if (options.json) printJson(describeJson(explanation));
      else
        print(
          describeExplanation(explanation, {
            signal,
            only: options.rule,
            all: options.all === true,
            gated: order !== undefined,
            wordsOnly: signal === "search" && example.url === undefined,
            feeds: (ruleId, verdict) =>
              verdict === "alert" || verdict === "count"
                ? engine.behaviours.fedBy(ruleId).map((behaviour) => behaviour.rule.ruleId)
                : [],
          }),
        );
    });
}

function readInput(options: Options): { signal: Signal; example: Example } {
  const url = options.url === undefined ? {} : { url: options.url };
  const text = [
    ["title", options.title],
    ["page-text", options.text],
    ["messages", options.messages],
    ["search", options.search],
  ] as const;
  const others = text.flatMap(([signal, words]): { signal: Signal; example: Example }[] =>
    words === undefined ? [] : [{ signal, example: { ...url, text: words } }],
  );
  if (options.app !== undefined) others.push({ signal: "app", example: { app: { executable: options.app } } });
  if (options.indicator !== undefined) others.push({ signal: "system", example: { indicator: options.indicator } });
  if (options.device !== undefined) {
    others.push({
      signal: "device",
      example: { device: { deviceClass: options.device, registered: options.declared === true } },
    });
  }
  if (others.length === 0 && options.url !== undefined) others.push({ signal: "navigation", example: url });
  const [one, ...more] = others;
  if (one === undefined)
    throw new ConfigError(
      "USAGE",
      "Say what was seen: --url, --search, --title, --text, --app, --indicator or --device.",
    );
  if (more.length > 0)
    throw new ConfigError("USAGE", "One thing at a time: each of these is an observation of its own.");
  return one;
}

function describeJson(explanation: ReturnType<typeof explain>) {
  return {
    pages: explanation.pages,
    rules: explanation.rules.map(({ rule, signal, page, matched, standing, verdict }) => ({
      ruleId: rule.ruleId,
      signal,
      page,
      matched,
      standing,
      verdict,
    })),
    matches: explanation.matches.map((match) => match.rule.ruleId),
  };
}
