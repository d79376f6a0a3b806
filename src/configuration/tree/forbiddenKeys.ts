import type { Problems } from '../../errors/Problem';

const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

export const isForbiddenKey = (key: string): boolean => FORBIDDEN_KEYS.has(key);

export function reportForbiddenKey(key: string, path: string, origin: string, problems: Problems): void {
  problems.add('CONFIG_FORBIDDEN_KEY', {
    what: `The key "${key}" is refused in configuration.`,
    facts: { path, from: origin },
    fix: 'remove it: it has a meaning of its own in JavaScript, and no option is called so.',
  });
}
