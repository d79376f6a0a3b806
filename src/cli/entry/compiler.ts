import { EntryError } from '../cliErrors';

/** TypeScript 7 has no compiler API for JavaScript; this package is TypeScript 6 under another name. */
const SIDE_BY_SIDE = '@typescript/typescript6';

/**
 * The path of the application's own TypeScript compiler, one with an API for JavaScript.
 *
 * @param beside - other packages that the entry needs, named in the error: `ts-node@^10`.
 * @throws EntryError naming the packages to install.
 */
export function findCompiler(fromEntry: NodeJS.Require, entry: string, beside: readonly string[]): string {
  const own = resolveFrom(fromEntry, 'typescript');
  const version = own === undefined ? undefined : (fromEntry('typescript/package.json') as { version: string }).version;
  if (own !== undefined && Number.parseInt(version ?? '', 10) < 7) return own;
  const other = resolveFrom(fromEntry, SIDE_BY_SIDE);
  if (other !== undefined) return other;
  const missing = version === undefined ? 'typescript@~6.0.3' : SIDE_BY_SIDE;
  const install = ['npm install --save-dev', missing, ...beside].join(' ');
  throw new EntryError('TYPESCRIPT_UNAVAILABLE', {
    what:
      version === undefined
        ? 'The entry file is TypeScript, and no TypeScript compiler is installed.'
        : `The entry file is TypeScript, and TypeScript ${version} has no compiler that JavaScript can call.`,
    facts: { entry },
    fix: `${install}${version === undefined ? '' : ` (beside TypeScript ${version})`}, or build the application and name the JavaScript file.`,
  });
}

/** The file that `from` resolves a package name to; undefined when the package is not installed. */
export function resolveFrom(from: NodeJS.Require, name: string): string | undefined {
  try {
    return from.resolve(name);
  } catch {
    return undefined;
  }
}

// The application brings the compiler, so its types are not a dependency: this is the part of its API that is used
// here.

/** Options of the compiler, as its own parser returns them. */
export type CompilerOptions = Readonly<Record<string, unknown>>;

/** An error reported by the compiler. */
export interface Diagnostic {
  /** Undefined when the error is about the options and not about a file. */
  readonly file?: object;
}

/** The used part of the API of the `typescript` package. */
export interface Compiler {
  readonly ModuleKind: { readonly CommonJS: number; readonly ESNext: number };
  readonly ScriptTarget: { readonly ES2022: number };
  readonly sys: object;
  readonly findConfigFile: (folder: string, exists: (file: string) => boolean) => string | undefined;
  readonly readConfigFile: (
    file: string,
    read: (file: string) => string,
  ) => { readonly config?: unknown; readonly error?: Diagnostic };
  readonly parseJsonConfigFileContent: (
    config: unknown,
    host: object,
    folder: string,
  ) => { readonly options: CompilerOptions };
  readonly transpileModule: (
    source: string,
    options: {
      readonly fileName: string;
      readonly compilerOptions: CompilerOptions;
      readonly reportDiagnostics: boolean;
    },
  ) => { readonly outputText: string; readonly diagnostics?: readonly Diagnostic[] };
  readonly formatDiagnostics: (
    diagnostics: readonly Diagnostic[],
    host: {
      readonly getCurrentDirectory: () => string;
      readonly getCanonicalFileName: (name: string) => string;
      readonly getNewLine: () => string;
    },
  ) => string;
}
