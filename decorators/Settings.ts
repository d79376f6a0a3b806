import { type AnyClass, writeSettingsMetadata } from '../src/contracts/metadata';
import { refuseMissingParentheses, requireClass } from './misuse';

/**
 * Marks a class-validator class as the validated, deeply frozen configuration under `key` (a dotted path). It is injected
 * by its class. A field's initializer is its default.
 */
export function Settings(key: string) {
  refuseMissingParentheses('Settings', [key]);
  return (target: AnyClass): void => {
    requireClass('Settings', target);
    writeSettingsMetadata(target, { key });
  };
}
