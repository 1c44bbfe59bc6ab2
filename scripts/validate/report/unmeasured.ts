/** What the figures do not say; stands in every report. */
export const unmeasured: readonly string[] = [
  "A rule's author can read the pack's sentences, so the drawn part has other words in known sentences. The theme \"held back\" has contexts that no rule was written for: take its false alerts for what an unforeseen context does.",
  "Precision here is that of this pack, in which about half the items are prohibited. On a device far fewer are, so a greater part of the alerts is false: the table of base rates says how many.",
  "The words are placeholders. How often a real word is used innocently, and how people really respell it, is not in the pack; measure on your own vocabulary in shadow mode before a rule goes live.",
  "Whether a host list is complete or up to date: every listed host in the pack is on the list.",
  "The sensors, the gate, orders and hours, cooldown and budget: the engine is asked what matches, not what is sent.",
  "Images, sound, other wordings and languages than those in the table, and text that a sensor never sees.",
  "How items cluster: one person who reads one forum makes many alike alerts. The intervals take items as independent.",
];
