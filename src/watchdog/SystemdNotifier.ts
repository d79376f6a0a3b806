import { execFile } from 'node:child_process';

import type { SupervisorVariables } from '../configuration';

const LONGEST_MS = 10_000;

/** Tells systemd of the state of the service, through its program `systemd-notify`: Node has no sockets of that kind. */
export class SystemdNotifier {
  readonly #variables: SupervisorVariables;
  readonly #failed: (state: string, error: Error) => void;
  #hasFailed = false;
  /** Settles when everything so far has been told, in the order in which it was given. */
  #told: Promise<void> = Promise.resolve();

  /** @param failed - called with the first failure. */
  constructor(variables: SupervisorVariables, failed: (state: string, error: Error) => void) {
    this.#variables = variables;
    this.#failed = failed;
  }

  /** The time between two signs of life, in milliseconds: half of what systemd waits; undefined where it expects none. */
  intervalMs(pid: number): number | undefined {
    const { WATCHDOG_USEC: usec = '', WATCHDOG_PID: owner = String(pid) } = this.#variables;
    const ms = Number(usec) / 1_000 / 2;
    return ms > 0 && Number.isFinite(ms) && owner === String(pid) ? ms : undefined;
  }

  /** Resolves when everything so far has been told, or has failed. */
  get told(): Promise<void> {
    return this.#told;
  }

  /** Tells a state such as `READY=1`. */
  tell(state: string): void {
    this.#told = this.#told.then(() => this.#run(state));
  }

  #run(state: string): Promise<void> {
    const { NOTIFY_SOCKET, PATH } = this.#variables;
    return new Promise((resolve) => {
      execFile('systemd-notify', [state], { env: { NOTIFY_SOCKET, PATH }, timeout: LONGEST_MS }, (error, _, stderr) => {
        if (error !== null && !this.#hasFailed) {
          this.#hasFailed = true;
          this.#failed(state, stderr === '' ? error : new Error(stderr.trim().slice(0, 500)));
        }
        resolve();
      });
    });
  }
}
