export interface TransformerOptions {
  /** A path from the project's root, instead of the nearest `tsconfig.json`. */
  readonly tsconfig?: string;
}

/** A transformer of Jest: what the preset uses. */
export interface Transformer {
  readonly canInstrument: false;
  getCacheKey(source: string, file: string, options: object): string;
  process(source: string, file: string, options: object): { code: string };
}

export declare function createTransformer(options?: TransformerOptions): Transformer;

export declare const canInstrument: Transformer['canInstrument'];
export declare const getCacheKey: Transformer['getCacheKey'];
// Not `process`: it would hide Node's.
declare const transform: Transformer['process'];
export { transform as process };
