import { setImmediate } from 'node:timers/promises';

import { wordsOf } from './words';

/** The numbers of the texts that contain a part, and its weight in each. */
interface Holders {
  readonly texts: number[];
  readonly weights: number[];
}

/** An index of texts that says how alike another text is to each of them. Texts with nothing in common cost no time. */
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

  /** The likeness of a text to each text of the index, in the order of adding: the cosine of their parts, 0 to 1. */
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

/** The parts of a text with their weights: a vector of length 1. */
type Embedding = ReadonlyMap<string, number>;

const GRAM = 3;

/** Splits a text into its words, each once, and its runs of three characters, with their frequency. Asks no model. */
function embed(text: string): Embedding {
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
 * Keeps long computations from blocking the process. Await the returned function now and then: once 10 ms have passed, it
 * lets other work run first.
 *
 * @returns a function that rejects with the signal's reason after it aborts.
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
