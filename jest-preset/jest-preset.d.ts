/** The Jest preset. A configuration needs nothing but `preset: 'daemonry/jest-preset'`. */
declare const preset: {
  /** Jest's environment for Node, which adds logs to failures. */
  testEnvironment: string;
  /** Compiles TypeScript and ES modules to CommonJS. */
  transform: Record<string, string>;
  /** Empty: the ES modules in node_modules are transformed too. */
  transformIgnorePatterns: string[];
  /** Finds `./order.ts` for an import of `./order.js`, and the entries of packages as Node does. */
  resolver: string;
  /** Coverage is measured by V8, on the compiled code. */
  coverageProvider: 'v8';
};

export = preset;
