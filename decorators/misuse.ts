import type { ListenerMetadata } from '../src/contracts/metadata';
import { MisusedDecoratorError } from '../src/errors/authoringErrors';

/**
 * The prototype of a class, which decorators of instance members receive. Excludes the class itself, which has a
 * `prototype`.
 */
export type InstanceSide = object & { readonly prototype?: never };

// The types refuse all of this already. These checks are for JavaScript and for runs without type checking: a decorator
// that silently does nothing, such as @Secret without parentheses, would be dangerous.

/**
 * Refuses `@X` instead of `@X()`: then the decorator receives what it decorates as its arguments.
 *
 * @throws MisusedDecoratorError
 */
export function refuseMissingParentheses(decorator: string, args: readonly unknown[]): void {
  if (args.length > 1 || typeof args[0] === 'function') {
    throw new MisusedDecoratorError(
      decorator,
      'it stands there without parentheses',
      `call it: @${decorator}(…). Where it needs nothing, the parentheses are empty.`,
    );
  }
}

/**
 * Refuses a call as a standard decorator (TC39), which gets what it decorates and a context: compilers record no types of
 * parameters for those, so nothing could be injected.
 *
 * @throws MisusedDecoratorError
 */
export function refuseStandard(decorator: string, context: unknown): void {
  if (typeof context !== 'object' || context === null || !('kind' in context)) return;
  throw new MisusedDecoratorError(
    decorator,
    'it is compiled as a standard decorator (TC39), which records no types of parameters',
    'set "experimentalDecorators": true and "emitDecoratorMetadata": true in the tsconfig.json that the compiler reads.',
  );
}

/**
 * @param args - the arguments of the call, the class first.
 * @throws MisusedDecoratorError when it is not a class, or the call is that of a standard decorator.
 */
export function requireClass(decorator: string, [target, context]: readonly unknown[]): void {
  refuseStandard(decorator, context);
  if (typeof target !== 'function' || typeof target.prototype !== 'object') {
    throw new MisusedDecoratorError(decorator, 'it does not decorate a class', 'decorate a class with it.');
  }
}

/** @throws MisusedDecoratorError when the decorated thing is not a named instance member of a class. */
export function requireMember(decorator: string, prototype: unknown, member: unknown): void {
  refuseStandard(decorator, member);
  if (typeof prototype === 'function' && typeof member === 'string') {
    throw new MisusedDecoratorError(
      decorator,
      `"${member}" is static`,
      'decorate a member of the instances: a class is never asked.',
    );
  }
  if (typeof prototype !== 'object' || typeof member !== 'string') {
    throw new MisusedDecoratorError(
      decorator,
      'it does not decorate a named member of a class',
      'decorate a member with a plain name.',
    );
  }
}

/** @throws MisusedDecoratorError when the decorated thing is not a method of a class's instances. */
export function requireMethod(
  decorator: string,
  prototype: unknown,
  member: unknown,
  descriptor: PropertyDescriptor | undefined,
): void {
  requireMember(decorator, prototype, member);
  if (typeof descriptor?.value !== 'function') {
    throw new MisusedDecoratorError(
      decorator,
      `"${String(member)}" is no method`,
      'decorate a method: a property, or a getter, is not there before the instance is.',
    );
  }
}

/** @throws MisusedDecoratorError when the class itself is decorated as a listener already: one of the two would be lost. */
export function refuseSecond(decorator: string, first: ListenerMetadata | undefined): void {
  if (first === undefined) return;
  const other = first.kind === 'daemon' ? '@BackgroundDaemon' : '@Listener';
  throw new MisusedDecoratorError(
    decorator,
    `it decorates a class that ${other} decorates already`,
    'keep one of them, with the options of both.',
  );
}
