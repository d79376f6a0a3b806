import { writeFieldMetadata } from '../src/contracts/metadata';
import { type InstanceSide, refuseMissingParentheses, requireMember } from './misuse';

/** Redacts a field of a settings class everywhere its value could be shown: logs, status, plan and errors. */
export function Secret(...none: never[]) {
  refuseMissingParentheses('Secret', none);
  return (prototype: InstanceSide, field: string): void => {
    requireMember('Secret', prototype, field);
    writeFieldMetadata(prototype, field, { secret: true });
  };
}
