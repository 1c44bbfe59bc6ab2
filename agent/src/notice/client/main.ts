import { countCharacters } from "./counter.ts";
import { keepAnswering } from "./live.ts";
import { offerPrint } from "./print.ts";

keepAnswering();
countCharacters();
offerPrint();
document.querySelector<HTMLElement>("[data-focus]")?.focus();
