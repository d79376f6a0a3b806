/** Options of {@link createTransformer}. */
export interface TransformerOptions {
  /** The path of the tsconfig for all files, from the project's root. @defaultValue the `tsconfig.json` nearest to each */
  readonly tsconfig?: string;
}

/** A transformer for Jest. */
export interface Transformer {
  /** False: coverage is measured by V8. */
  readonly canInstrument: false;
  /** A hash of everything that the result depends on. */
  getCacheKey(source: string, file: string, options: object): string;
  /** Compiles one file. @throws SyntaxError; PresetError for a project or a module that cannot be compiled */
  process(source: string, file: string, options: object): { code: string };
}

/** Makes a transformer, for a configuration that needs another tsconfig than the nearest. */
export declare function createTransformer(options?: TransformerOptions): Transformer;

/** The same members of a transformer with the default options, as Jest loads them. */
export declare const canInstrument: Transformer['canInstrument'];
/** A hash of everything that the result of compiling a file depends on, with the default options. */
export declare const getCacheKey: Transformer['getCacheKey'];
// Declared under another name, since `process` would hide Node's global.
/** Compiles one file with the default options. @throws SyntaxError; PresetError for a module that cannot be compiled */
declare const transform: Transformer['process'];
export { transform as process };
