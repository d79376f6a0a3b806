import type { Assignment } from '../../contracts/CommandLine';
import type { ConfigMap } from '../tree/ConfigTree';

export const ENVIRONMENT_PREFIX = 'DAEMONRY__';

/** The parts of a variable's name, one for each level of the configuration. */
export const partsOfName = (name: string): string[] => name.slice(ENVIRONMENT_PREFIX.length).split('__');

/** One layer of configuration whose keys are written as they are. */
export interface ConfigLayer {
  /** A file, relative to the base directory where it is inside it; a source's name; or `values`. */
  readonly origin: string;
  readonly data: ConfigMap;
}

/** One `DAEMONRY__…` variable. Its path depends on the known keys. */
export interface EnvironmentVariable {
  readonly name: string;
  readonly text: string;
}

/** The places that a value can be configured in: those that are read. */
export interface ConfigPlaces {
  readonly files: boolean;
  /** `given`: they come from the code, as in a test, and nobody reads those of the process. */
  readonly variables: 'process' | 'given' | 'none';
}

/** Everything that operators have configured, not merged and not checked yet. */
export interface ConfigLayers {
  /** Files, then sources; lowest first. */
  readonly layers: readonly ConfigLayer[];
  /** The layer above `layers`, sorted by name. */
  readonly variables: readonly EnvironmentVariable[];
  /** The layer above the variables. */
  readonly values: ConfigLayer;
  /** The highest layer: `--set path=value`. @defaultValue none */
  readonly assignments?: readonly Assignment[];
  /** The places besides `values` that are read. */
  readonly places: ConfigPlaces;
  /** `DAEMONRY_ENV`, else `NODE_ENV`, else `development`. */
  readonly environmentName: string;
  /** The folder of the package.json nearest to the entry file, else the working directory; looked for when first asked for. */
  readonly baseDirectory: () => string;
  /**
   * The folders of the installed packages that the package in a folder depends on. Looked for once: there are plugins among
   * them, and copies of packages inside them. Throws what reading its package.json throws.
   */
  readonly dependenciesOf: (folder: string) => readonly string[];
}
