import type { Duration } from '../../contracts/Duration';

export type FaultName =
  'failStartup' | 'hangStartup' | 'slowStartup' | 'failTick' | 'hangTick' | 'failShutdown' | 'hangShutdown';

/** One fault as plain JSON, for an application in another process. */
export interface FaultSpec {
  readonly listener: string;
  readonly fault: FaultName;
  /** Of `fail…`: the message of the error. */
  readonly message?: string;
  /** Of `slowStartup`: how long it takes. */
  readonly duration?: Duration;
  /** Of `…Tick`: how many ticks. @defaultValue 1 */
  readonly times?: number;
  /** Of `…Tick`: the task. @defaultValue `tick`, else the only one */
  readonly task?: string;
}

/** The environment variable in which the preload `daemonry/testing/faults` looks for faults. */
export const FAULTS_VARIABLE = 'DAEMONRY_TEST_FAULTS';

/** The value of {@link FAULTS_VARIABLE}. */
export const encodeFaults = (faults: readonly FaultSpec[]): string => JSON.stringify(faults);
