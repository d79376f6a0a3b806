import { type AnyClass, writeFieldMetadata, writeSettingsMetadata } from '../src/contracts/metadata';
import { type InstanceSide, refuseMissingParentheses, requireClass, requireMember } from './misuse';

/**
 * Marks a class-validator class as the configuration under `key`, a dotted path such as `'slack'`. The application
 * injects one validated, deeply frozen instance of it by its class. A field's initializer is its default value.
 *
 * @throws MisusedDecoratorError when it is written without parentheses, or not on a class.
 */
export function Settings(key: string) {
  refuseMissingParentheses('Settings', [key]);
  return (target: AnyClass, ...none: never[]): void => {
    requireClass('Settings', [target, ...none]);
    writeSettingsMetadata(target, { key });
  };
}

/**
 * Marks a field of a settings class as secret: its value is redacted in logs, status, plan and errors.
 *
 * @throws MisusedDecoratorError when it is written without parentheses, or not on a field.
 */
export function Secret(...none: never[]) {
  refuseMissingParentheses('Secret', none);
  return (prototype: InstanceSide, field: string): void => {
    requireMember('Secret', prototype, field);
    writeFieldMetadata(prototype, field, { secret: true });
  };
}

/**
 * Marks a field of a settings class as the path of something that the application writes. A relative path is taken below
 * `state.directory`, which is what deployments make writable: the field holds the absolute path. `daemonry check` says
 * when it cannot be written.
 *
 * @throws MisusedDecoratorError when it is written without parentheses, or not on a field.
 */
export function StatePath(...none: never[]) {
  refuseMissingParentheses('StatePath', none);
  return (prototype: InstanceSide, field: string): void => {
    requireMember('StatePath', prototype, field);
    writeFieldMetadata(prototype, field, { isStatePath: true });
  };
}

/**
 * Marks a field of a settings class as an object, or a list of objects, of the class that `type` returns. They are
 * validated together with the settings class.
 *
 * @throws MisusedDecoratorError when it is written without parentheses, or not on a field.
 */
export function Nested(type: () => AnyClass, ...none: never[]) {
  refuseMissingParentheses('Nested', none);
  return (prototype: InstanceSide, field: string): void => {
    requireMember('Nested', prototype, field);
    writeFieldMetadata(prototype, field, { nested: type });
  };
}
