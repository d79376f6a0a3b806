declare namespace resolve {
  /** The options that Jest passes to a resolver. */
  interface Options {
    /** Jest's own resolver. */
    readonly defaultResolver: (request: string, options: never) => string;
  }
}

/** Resolves as Jest does, but finds `./order.ts` for `./order.js` when there is no such JavaScript file. */
declare function resolve(request: string, options: resolve.Options): string;

export = resolve;
