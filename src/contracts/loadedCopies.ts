/** One loaded copy of the framework. Two of them do not know each other's classes, such as `Clock`. */
export interface LoadedCopy {
  /** The folder of its code. */
  readonly folder: string;
}

/** The copy that this code is part of. */
export const THIS_COPY: LoadedCopy = { folder: __dirname };

/** The copies that are loaded in this process, in the order in which they were; the same file, loaded again, is one more. */
export const LOADED_COPIES: LoadedCopy[] = copiesOfProcess();
LOADED_COPIES.push(THIS_COPY);

// A registered symbol, so that each copy finds those that were loaded before it.
function copiesOfProcess(): LoadedCopy[] {
  const holder = globalThis as { [key: symbol]: LoadedCopy[] | undefined };
  return (holder[Symbol.for('daemonry:copies')] ??= []);
}
