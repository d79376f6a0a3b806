import { type AnyClass, writeFieldMetadata } from '../src/contracts/metadata';
import { type InstanceSide, refuseMissingParentheses, requireMember } from './misuse';

/**
 * Marks a field of a settings class as an object of the class that `type` returns, or a list of them, validated with its
 * parent.
 */
export function Nested(type: () => AnyClass, ...none: never[]) {
  refuseMissingParentheses('Nested', none);
  return (prototype: InstanceSide, field: string): void => {
    requireMember('Nested', prototype, field);
    writeFieldMetadata(prototype, field, { nested: type });
  };
}
