/** Marks a test application: its class is another one whenever modules are reset. */
export const TEST_APPLICATION: unique symbol = Symbol.for('daemonry:test-application') as never;
