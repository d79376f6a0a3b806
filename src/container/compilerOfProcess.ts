import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A tool that compiles the sources of this process, and may record no types of parameters, so that nothing can be injected by them. */
export interface UntypedCompiler {
  /** Why the types are missing. */
  readonly cause: string;
  /** A way to have the types recorded. */
  readonly remedy: string;
}

const TSX: UntypedCompiler = {
  cause: 'tsx compiles this process, and never emits what `emitDecoratorMetadata` asks for',
  remedy: 'run it with `daemonry run`, ts-node or @swc-node/register in place of tsx',
};
const VITEST: UntypedCompiler = {
  cause:
    'Vitest compiles this process: with Vite 8 it emits what `emitDecoratorMetadata` asks for, before it never does',
  remedy: "add the plugin daemonry() of 'daemonry/vitest' to its configuration (before Vite 8: that of unplugin-swc)",
};

const BUNDLER: UntypedCompiler = {
  cause: 'this program is a bundle, and bundlers such as esbuild never emit what `emitDecoratorMetadata` asks for',
  remedy: 'bundle what tsc has compiled: daemonry bundle dist/src/main.js',
};

const ESBUILD: UntypedCompiler = {
  cause:
    'esbuild has written its file, as a bundle or by itself, and never emits what `emitDecoratorMetadata` asks for',
  remedy: 'compile with tsc, and bundle what that has written: daemonry bundle dist/src/main.js',
};

/** The middle of the function by which esbuild applies decorators, whose names may be shortened. */
const DECORATES = /[\w$]+ ?> ?1 ?\? ?void 0 ?: ?[\w$]+ ?\? ?[\w$]+\([\w$]+, ?[\w$]+\) ?: ?[\w$]+/;

/** True for `tsx/cjs`, `--import=tsx`, and the files that the program `tsx` gives to Node. */
const isTsx = (argument: string): boolean => /(^|[\\/=])tsx([\\/](dist|cjs|esm|esm\/api)\b|$)/.test(argument);

/** A mark that tsx leaves in the process, however it was loaded: `NODE_OPTIONS` is no argument. */
const isMarkOfTsx = (mark: symbol): boolean => mark.description?.startsWith('tsx:') === true;

/** True where this code is part of another file than the package has: a bundle of the whole program. */
const isBundled = (): boolean =>
  typeof __filename !== 'string' || !/[\\/](engine|compilerOfProcess)\.[jt]s$/.test(__filename);

/** True if esbuild has applied the decorators at a place, `file:line:column`: a bundle may have left this code outside. */
function isOfEsbuild(place: string): boolean {
  const file = place.replace(/:\d+:\d+$/, '');
  try {
    return DECORATES.test(readFileSync(file.startsWith('file:') ? fileURLToPath(file) : file, 'utf8'));
  } catch {
    // The file may be gone, or the name that a source map gives: then nothing is known of its compiler.
    return false;
  }
}

/**
 * The tool that compiles this process's sources, where it is known to leave out types; undefined for any other.
 *
 * @param place - the place of the class that lacks them, `file:line:column`, where it is known. @defaultValue the program
 */
export function untypedCompiler(place = process.argv[1]): UntypedCompiler | undefined {
  if ('__vitest_worker__' in globalThis) return VITEST;
  if (process.execArgv.some(isTsx) || Object.getOwnPropertySymbols(globalThis).some(isMarkOfTsx)) return TSX;
  if (isBundled()) return BUNDLER;
  return place !== undefined && isOfEsbuild(place) ? ESBUILD : undefined;
}
