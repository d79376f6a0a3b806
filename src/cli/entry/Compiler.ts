export type CompilerOptions = Readonly<Record<string, unknown>>;

export interface Diagnostic {
  /** Absent where it is about options. */
  readonly file?: object;
}

/** The `typescript` package, as far as it is used here: the application brings it. */
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
