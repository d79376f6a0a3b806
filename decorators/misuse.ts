import { MisusedDecoratorError } from '../src/errors/authoringErrors';

/** The prototype of a class, as a decorator of an instance's member is given it: a class itself has a `prototype`. */
export type InstanceSide = object & { readonly prototype?: never };

// Types refuse all of this; JavaScript and a run without type checking do not, and a decorator that silently has no
// effect, such as @Secret without parentheses, is worse than none.

/** @throws MisusedDecoratorError for `@X` instead of `@X()`: what should be its argument is what it decorates. */
export function refuseMissingParentheses(decorator: string, args: readonly unknown[]): void {
  if (args.length > 1 || typeof args[0] === 'function') {
    throw new MisusedDecoratorError(
      decorator,
      'it stands there without parentheses',
      `call it: @${decorator}(…). Where it needs nothing, the parentheses are empty.`,
    );
  }
}

/** @throws MisusedDecoratorError when `target` is no class. */
export function requireClass(decorator: string, target: unknown): void {
  if (typeof target !== 'function' || typeof target.prototype !== 'object') {
    throw new MisusedDecoratorError(decorator, 'it does not decorate a class', 'decorate a class with it.');
  }
}

/** @throws MisusedDecoratorError when what is decorated is no member of a class's instances, or has no name. */
export function requireMember(decorator: string, prototype: unknown, member: unknown): void {
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
      'decorate a member with a plain name, and compile with "experimentalDecorators": true.',
    );
  }
}

/** @throws MisusedDecoratorError when the member is no method. */
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
