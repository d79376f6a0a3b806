import { createRequire } from 'node:module';

import { messageOf } from '../../errors/serializeError';
import { CommandError } from '../cliErrors';
import { resolveFrom } from '../entry/compiler';

/**
 * Loads the esbuild of the application; it is an optional peer of daemonry.
 *
 * @throws CommandError when it is not installed, or fails to load.
 */
export function loadEsbuild(entry: string): Esbuild {
  const fromEntry = createRequire(entry);
  if (resolveFrom(fromEntry, 'esbuild') === undefined) {
    throw new CommandError('BUNDLER_MISSING', {
      what: 'The command bundle needs the package "esbuild", which is not installed with the application.',
      facts: { entry },
      fix: 'npm install --save-dev esbuild',
    });
  }
  try {
    return fromEntry('esbuild') as Esbuild;
  } catch (error) {
    throw new CommandError('BUNDLER_MISSING', {
      what: `The package "esbuild" cannot be loaded: ${messageOf(error)}`,
      facts: { entry },
      fix: 'npm install --save-dev esbuild',
      cause: error,
    });
  }
}

// The application brings esbuild, so its types are not a dependency: this is the part of its API that is used here.

/** The used part of the API of the `esbuild` package. */
export interface Esbuild {
  /** Rejects with a {@link BuildFailure}. */
  readonly build: (options: Readonly<Record<string, unknown>>) => Promise<BuildResult>;
}

/** A build with `write: false` and `metafile: true`. */
export interface BuildResult {
  readonly outputFiles: readonly { readonly path: string; readonly contents: Uint8Array }[];
  readonly warnings: readonly Message[];
  /** Paths are relative to the working directory of the build. */
  readonly metafile: { readonly inputs: Readonly<Record<string, Input>> };
}

/** A file that was bundled, with the paths of the modules that it imports. */
interface Input {
  readonly imports: readonly { readonly path: string }[];
}

/** A warning or an error of a build. */
export interface Message {
  readonly text: string;
  /** `null` when it is about no file. */
  readonly location: { readonly file: string; readonly line: number } | null;
}

/** The error of a build that failed; without `errors` when esbuild itself did. */
export interface BuildFailure extends Error {
  readonly errors?: readonly Message[];
}

/** An import that is to be resolved. */
export interface OnResolveArgs {
  readonly path: string;
  readonly importer: string;
  readonly resolveDir: string;
  readonly namespace: string;
  readonly kind: string;
  readonly pluginData: unknown;
}

/** A resolved import. */
interface Resolved {
  readonly path: string;
  /** True when it stays outside. */
  readonly external: boolean;
}

/** A plugin that resolves imports, or loads files. */
export interface Plugin {
  readonly name: string;
  readonly setup: (build: {
    /** A result of undefined leaves the import to others. */
    readonly onResolve: (
      options: { readonly filter: RegExp },
      resolve: (args: OnResolveArgs) => Resolved | undefined | Promise<Resolved | undefined>,
    ) => void;
    /** A result of undefined has the file read as it is. */
    readonly onLoad: (
      options: { readonly filter: RegExp },
      load: (args: { readonly path: string }) => { readonly contents: string; readonly loader: 'js' } | undefined,
    ) => void;
    /** Resolves an import as it would be without this plugin. */
    readonly resolve: (
      path: string,
      options: Omit<OnResolveArgs, 'path'>,
    ) => Promise<Resolved & { readonly errors: readonly Message[] }>;
  }) => void;
}
