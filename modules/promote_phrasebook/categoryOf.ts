const CATEGORIES: readonly (readonly [category: string, words: RegExp])[] = [
  ['alerts', /^(alert|incident|outage|warning|page)/],
  ['status', /^(status|health|running|alive|uptime|state|ready|down)/],
  ['cost', /^(cost|spen[dt]|budget|bill|price|usd|dollar|euro|invoice|token)/],
  ['tasks', /^(task|ticket|todo|issue|queue|job)/],
];

/** What a phrase is about, by the first of its words that tells; else `general`. */
export const categoryOf = (words: readonly string[]): string =>
  CATEGORIES.find(([, pattern]) => words.some((word) => pattern.test(word)))?.[0] ?? 'general';
