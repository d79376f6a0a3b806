import type { TokenUsage } from './ChatModel';
import type { ModelPrice } from './ModelSettings';

const PER_MILLION = 1_000_000;

/** What a call cost, in US dollars. Without a price it was free. */
export function costUsd(price: ModelPrice | undefined, usage: TokenUsage): number {
  if (price === undefined) return 0;
  const { input, output, cacheRead = input, cacheCreation = input } = price;
  const { inputTokens, outputTokens, cacheReadTokens, cacheCreationTokens } = usage;
  return (
    (inputTokens * input + outputTokens * output + cacheReadTokens * cacheRead + cacheCreationTokens * cacheCreation) /
    PER_MILLION
  );
}
