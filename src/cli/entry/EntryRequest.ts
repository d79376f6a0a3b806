import type { Assignment, Selection } from '../../contracts/CommandLine';

/** Which application a command is about, and what it changes of it. */
export interface EntryRequest {
  /** The entry file: absolute, links resolved. */
  readonly file: string;
  readonly selection: Selection;
  readonly assignments: readonly Assignment[];
}
