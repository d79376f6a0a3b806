import type { Operator, OperatorParts } from './Operator';

/** The operator of an application, which is loaded and made when there is something to carry out or to restore. */
export class OperatorOnDemand {
  readonly #parts: OperatorParts;
  #made: Operator | undefined;

  constructor(parts: OperatorParts) {
    this.#parts = parts;
  }

  /** Undefined while nobody has asked for anything, so that nothing is set. */
  get made(): Operator | undefined {
    return this.#made;
  }

  get(): Operator {
    return (this.#made ??= make(this.#parts));
  }
}

function make(parts: OperatorParts): Operator {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded by applications that keep state, share tasks or are operated
  const loaded = require('./Operator') as typeof import('./Operator');
  return new loaded.Operator(parts);
}
