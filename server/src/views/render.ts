import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import view from "@fastify/view";
import type { FastifyInstance, FastifyReply } from "fastify";
import nunjucks from "nunjucks";
import { buildTranslate, loadCatalogue, type Translate } from "./messages.ts";
import type { FieldError, Frame, PageModels, PageName } from "./models.ts";

export type Render = <P extends PageName>(
  reply: FastifyReply,
  page: P,
  frame: Frame,
  model: PageModels[P],
) => Promise<FastifyReply>;

export interface Views {
  readonly render: Render;
  readonly t: Translate;
}

/** Sets Nunjucks up over our pages and the kit's macros; autoescaping is on and no page turns it off. */
export function buildViews(app: FastifyInstance): Views {
  const t = buildTranslate(loadCatalogue("en"), "en");
  app.register(view, {
    engine: { nunjucks },
    templates: [import.meta.dirname, kitFolder("govuk-frontend", "dist")],
    options: {
      autoescape: true,
      throwOnUndefined: false,
      onConfigure(environment: nunjucks.Environment) {
        environment.addGlobal("t", t);
        environment.addFilter("messageFor", messageFor);
      },
    },
  });
  const render: Render = async (reply, page, frame, model) => {
    const html = await reply.viewAsync(`pages/${page}.njk`, { frame, model, cspNonce: frame.cspNonce, htmlLang: "en" });
    return reply.type("text/html; charset=utf-8").send(html);
  };
  return { render, t };
}

/** The message that stands beside a field, where it has one. */
function messageFor(errors: readonly FieldError[], field: string): string | undefined {
  return errors.find((error) => error.field === field)?.text;
}

function kitFolder(name: string, folder: string): string {
  const require = createRequire(import.meta.url);
  return join(dirname(require.resolve(`${name}/package.json`)), folder);
}
