import type { Storm, Violation } from '../Journal';
import type { StormCluster, StormOptions } from '../StormCluster';

/** A storm that can be run alone, by its name. */
export interface Scenario {
  /** The word for the command line. */
  readonly name: string;
  /** A row of the table. */
  readonly title: string;
  /** True when it is part of the short form. */
  readonly short?: boolean;
  readonly options: StormOptions;
  /** Plays the storm; whatever is still alive afterwards is stopped. */
  readonly play: (cluster: StormCluster) => Promise<void>;
  /** Promises of this storm alone, beside those of all storms. */
  readonly check?: (storm: Storm) => readonly string[];
}

/** The end of a scenario: all that is known, and the promises that are broken. */
export interface Played {
  readonly storm: Storm;
  readonly violations: readonly (Violation | { readonly rule: 'this storm'; readonly text: string })[];
  readonly folder: string;
}
