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

/** True for `tsx/cjs`, `--import=tsx`, and the files that the program `tsx` gives to Node. */
const isTsx = (argument: string): boolean => /(^|[\\/=])tsx([\\/](dist|cjs|esm|esm\/api)\b|$)/.test(argument);

/** The tool that compiles this process's sources, where it is known to leave out types; undefined for any other. */
export function untypedCompiler(): UntypedCompiler | undefined {
  if ('__vitest_worker__' in globalThis) return VITEST;
  return process.execArgv.some(isTsx) ? TSX : undefined;
}
