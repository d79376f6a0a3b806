/** What a provider says of tokens, as a number that can be added up: anything that is no count is 0. */
export const tokenCount = (said: unknown): number =>
  Number.isSafeInteger(said) && Number(said) > 0 ? Number(said) : 0;
