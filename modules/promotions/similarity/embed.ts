import { wordsOf } from './words';

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
