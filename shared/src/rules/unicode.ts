/** The Unicode version that text is compared by; a rule set names the one it was written and tested with. */
export const unicodeVersion = "17.0";
