declare namespace resolve {
  /** What it needs of Jest's own options, which it hands on. */
  interface Options {
    readonly defaultResolver: (request: string, options: never) => string;
  }
}

/** Resolves as Jest does; `./order.js`, where there is none, means `./order.ts`. */
declare function resolve(request: string, options: resolve.Options): string;

export = resolve;
