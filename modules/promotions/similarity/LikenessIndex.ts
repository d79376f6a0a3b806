import { setImmediate } from 'node:timers/promises';

import { wordsOf } from './words';

/** The texts that have a part, by their numbers, and its weight in each. */
interface Holders {
  readonly texts: number[];
  readonly weights: number[];
}

/** Texts, to be asked how alike another one is to each of them. Texts that have nothing in common cost nothing. */
export class LikenessIndex {
  readonly #holders = new Map<string, Holders>();
  #size = 0;

  /** Adds a text. */
  add(text: string): void {
    for (const [part, weight] of embed(text)) {
      let holders = this.#holders.get(part);
      if (holders === undefined) this.#holders.set(part, (holders = { texts: [], weights: [] }));
      holders.texts.push(this.#size);
      holders.weights.push(weight);
    }
    this.#size += 1;
  }

  /** How alike a text is to each of those added, in the order of adding: 0 to 1, the cosine of what they are made of. */
  likenesses(text: string): readonly number[] {
    const sums = new Array<number>(this.#size).fill(0);
    for (const [part, weight] of embed(text)) {
      const { texts, weights } = this.#holders.get(part) ?? NONE;
      texts.forEach((at, index) => (sums[at] = (sums[at] ?? 0) + weight * (weights[index] ?? 0)));
    }
    return sums.map((sum) => Math.min(1, sum));
  }
}

const NONE: Holders = { texts: [], weights: [] };

/** What a text is made of, each part with its weight; of length 1. */
export type Embedding = ReadonlyMap<string, number>;

const GRAM = 3;

/** The words of a text, each once, and its runs of three characters, as often as they come. No model is asked. */
export function embed(text: string): Embedding {
  const plain = text.toLowerCase().replace(/\s+/g, ' ').trim();
  const parts = new Map<string, number>();
  for (const word of wordsOf(plain)) parts.set(`word ${word}`, 1);
  for (let at = 0; at + GRAM <= plain.length; at += 1) {
    const gram = `gram ${plain.slice(at, at + GRAM)}`;
    parts.set(gram, (parts.get(gram) ?? 0) + 1);
  }
  const length = Math.hypot(...parts.values());
  for (const [part, weight] of parts) parts.set(part, weight / length);
  return parts;
}

const LONGEST_TURN_MS = 10;

/**
 * For work that computes for long: what it returns is awaited now and then, and gives way to other work once 10 ms have
 * passed.
 *
 * It throws the signal's reason, once that aborts.
 */
export function takeTurns(signal?: AbortSignal): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since >= LONGEST_TURN_MS) {
      await setImmediate();
      since = performance.now();
    }
    signal?.throwIfAborted();
  };
}
