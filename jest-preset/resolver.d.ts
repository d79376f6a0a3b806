declare namespace resolve {
  /** The options that Jest passes to a resolver. */
  interface Options {
    /** Jest's own resolver. */
    readonly defaultResolver: (request: string, options: never) => string;
  }
}

/**
 * Resolves as Jest does, but to sources: `./order.js` is `./order.ts` where there is one, outside installed packages. A
 * package of `"type": "module"` gets the entries for `import`, any other those for `require`.
 */
declare function resolve(request: string, options: resolve.Options): string;

export = resolve;
