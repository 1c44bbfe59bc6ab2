import { readFileSync } from "node:fs";
import { z } from "zod";

/** A text, or its forms by plural category; `{name}` stands for a parameter, `{count}` chooses the form. */
const Message = z.union([z.string(), z.strictObject({ one: z.string(), other: z.string() })]);
const Catalogue = z.record(z.string(), Message);
export type Catalogue = z.infer<typeof Catalogue>;
export type Parameters = Readonly<Record<string, string | number>>;

/** Looks a text up by its key; a parameter not given stays as it is written. Throws RangeError for a key that the catalogue lacks. */
export type Translate = (key: string, parameters?: Parameters) => string;

export function loadCatalogue(language: "en"): Catalogue {
  const path = new URL(`./messages/${language}.json`, import.meta.url);
  return Catalogue.parse(JSON.parse(readFileSync(path, "utf8")));
}

export function buildTranslate(catalogue: Catalogue, language: "en"): Translate {
  const plural = new Intl.PluralRules(language);
  return (key, parameters = {}) => {
    const message = catalogue[key];
    if (message === undefined) throw new RangeError(`The catalogue has no text for ${key}.`);
    const text = typeof message === "string" ? message : message[pluralForm(plural, parameters["count"])];
    return text.replaceAll(/\{([a-zA-Z]+)\}/g, (hole, name: string) => String(parameters[name] ?? hole));
  };
}

function pluralForm(plural: Intl.PluralRules, count: string | number | undefined): "one" | "other" {
  return plural.select(Number(count ?? 0)) === "one" ? "one" : "other";
}
