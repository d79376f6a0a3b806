import { DaemonryError } from './DaemonryError';

/** Thrown while a class is defined, when a decorator stands where it cannot work and no type checker has said so. */
export class MisusedDecoratorError extends DaemonryError {
  constructor(
    readonly decorator: string,
    what: string,
    fix: string,
  ) {
    super('MISUSED_DECORATOR', { what: `@${decorator} is misused: ${what}.`, fix });
  }
}
