/** What the text of an environment variable stands for. */
export type TextType =
  | { readonly kind: 'text' | 'number' | 'boolean' | 'duration' | 'json' }
  | { readonly kind: 'one of'; readonly values: readonly unknown[] }
  | { readonly kind: 'list'; readonly of: TextType };

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

/**
 * The value a text stands for. A text that does not fit its type is left as it is, so that the check of the option says
 * what is wrong; `undefined`: it had to be JSON and is not.
 *
 * A list is JSON when it begins with `[`, else its items stand between commas.
 */
export function coerceText(text: string, type: TextType): unknown {
  const trimmed = text.trim();
  switch (type.kind) {
    case 'text':
      return text;
    case 'number':
      return NUMBER.test(trimmed) ? Number(trimmed) : text;
    case 'duration':
      return NUMBER.test(trimmed) ? Number(trimmed) : trimmed;
    case 'boolean':
      return BOOLEANS.get(trimmed.toLowerCase()) ?? text;
    case 'one of':
      return type.values.find((value) => String(value) === trimmed) ?? text;
    case 'json':
      return parseJson(trimmed);
    case 'list':
      if (trimmed.startsWith('[')) return parseJson(trimmed);
      if (trimmed === '') return [];
      return trimmed.split(',').map((item) => coerceText(item.trim(), type.of));
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // The parser's own message quotes the text, which may be a secret.
    return undefined;
  }
}
