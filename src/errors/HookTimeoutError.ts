import { formatDuration } from '../contracts/Duration';
import { DaemonryError } from './DaemonryError';

const HOOKS = {
  startup: { code: 'STARTUP_TIMEOUT', option: 'startupTimeout' },
  shutdown: { code: 'SHUTDOWN_TIMEOUT', option: 'shutdownTimeout' },
  tick: { code: 'TICK_TIMEOUT', option: 'tickTimeout' },
  health: { code: 'HEALTH_TIMEOUT', option: undefined },
} as const;

/** A hook took longer than it may. */
export class HookTimeoutError extends DaemonryError {
  constructor(
    readonly listenerName: string,
    readonly hook: keyof typeof HOOKS,
    readonly timeoutMs: number,
    detail: { readonly task?: string; readonly pending?: string } = {},
  ) {
    const { code, option } = HOOKS[hook];
    const subject =
      detail.task === undefined ? `The ${hook} of "${listenerName}"` : `A run of "${listenerName}.${detail.task}"`;
    super(code, {
      what: `${subject} did not finish within ${formatDuration(timeoutMs)}.`,
      facts: { 'still in flight': detail.pending },
      fix:
        option === undefined
          ? `answer faster: the limit of the ${hook} hook is fixed.`
          : `pass the context's signal to what the ${hook} waits for, or raise ${option}.`,
    });
  }
}
