import type { DaemonryMatchers } from 'daemonry/testing/matchers';

declare module 'vitest' {
  interface Matchers<T = any> extends DaemonryMatchers<T> {}
}

/**
 * The plugin of Vitest: `plugins: [daemonry()]`. Adds the matchers of `daemonry/testing/matchers`, with or without globals;
 * makes a test fail with the unhandled errors, leaks and forgotten calls of its applications, and shows their logs below the
 * error of a failed test; and has Vite 8 record the types of parameters, which injection needs.
 */
export declare function daemonry(): {
  /** `daemonry` */
  readonly name: string;
  /** Called by Vite. */
  readonly config: () => object;
};
