/** A tool that compiles the sources of this process and records no types of parameters, so that nothing can be injected by them. */
export interface UntypedCompiler {
  readonly name: string;
  /** A way to have the types recorded. */
  readonly remedy: string;
}

const TSX: UntypedCompiler = {
  name: 'tsx',
  remedy: 'run it with `daemonry run`, ts-node or @swc-node/register in place of tsx',
};
const VITEST: UntypedCompiler = {
  name: 'Vitest',
  remedy: 'add the plugin of unplugin-swc to the configuration of Vitest',
};

/** True for `tsx/cjs`, `--import=tsx`, and the files that the program `tsx` gives to Node. */
const isTsx = (argument: string): boolean => /(^|[\\/=])tsx([\\/](dist|cjs|esm|esm\/api)\b|$)/.test(argument);

/** The tool that compiles this process's sources, where it is known to record no types; undefined for any other. */
export function untypedCompiler(): UntypedCompiler | undefined {
  if ('__vitest_worker__' in globalThis) return VITEST;
  return process.execArgv.some(isTsx) ? TSX : undefined;
}
