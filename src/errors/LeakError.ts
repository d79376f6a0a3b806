import { DaemonryError } from './DaemonryError';

/** Says what an application that has stopped has left open. */
export class LeakError extends DaemonryError {
  /** @param leaks - each `order_sync.startup: timer, made at file:line:column`. */
  constructor(application: string, leaks: readonly string[]) {
    super('LEAKED', {
      what: [
        `The application "${application}" has stopped, and this is still open:`,
        ...leaks.map((leak) => `  - ${leak}`),
      ].join('\n'),
      fix: "close it in shutdown, or where it is made: defer(() => …). If it is meant to outlive the application: createTestApplication({ leaks: 'ignore' }).",
    });
  }
}
