import type { TickContext } from '../src/contracts/contexts';
import { writeTaskMetadata } from '../src/contracts/metadata';
import type { PeriodicTaskOptions } from '../src/contracts/options';
import { type InstanceSide, refuseMissingParentheses, requireMethod } from './misuse';

/**
 * Makes a method of a background daemon a periodic task of its own. What `options` leaves out is taken from the class.
 * Tasks of one daemon may run side by side.
 */
export function PeriodicTask(options: PeriodicTaskOptions = {}, ...none: never[]) {
  refuseMissingParentheses('PeriodicTask', none);
  return <Method extends (context: TickContext) => unknown>(
    prototype: InstanceSide,
    method: string,
    descriptor: TypedPropertyDescriptor<Method>,
  ): void => {
    requireMethod('PeriodicTask', prototype, method, descriptor);
    writeTaskMetadata(prototype, { method, options });
  };
}
