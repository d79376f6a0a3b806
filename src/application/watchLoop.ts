import { supervisorVariables } from '../configuration';
import type { ApplicationEvents } from '../contracts/ApplicationEvents';
import { toError } from '../errors/serializeError';
import { watchdogFailed } from '../errors/watchdogErrors';
import { native } from '../time/native';
import type { Levels, ToThread } from '../watchdog/messages';
import type { Watchdog, WatchdogParts } from '../watchdog/Watchdog';

/** The watch over the event loop of one application. */
export interface LoopWatch {
  /** Why the watch is not what was asked for, one sentence each. */
  readonly complaints: readonly string[];
  /** Sets the levels of the lines that the watchdog writes. */
  setLevels(levels: Levels): void;
  /** Ends it; resolves when it has told what it knew. */
  end(): Promise<void>;
}

/**
 * Has the event loop watched from the start of the application to its end. The watchdog is loaded and begins at once where
 * somebody outside relies on it: a probe, a supervisor, or whoever wants the process ended. Otherwise that is left to the first
 * turn of the loop, so that a boot that waits for nothing is over by then; how long such a boot has held the loop is told without it.
 */
export function watchLoop(events: ApplicationEvents, parts: WatchdogParts): LoopWatch {
  let watchdog: Watchdog | undefined;
  let failure: readonly string[] = [];
  /** Waits for the first turn of the loop. */
  let firstTurn: NodeJS.Immediate | undefined;
  /** Messages for a watchdog that is not there yet. */
  let untold: ToThread[] = [];
  const tell = (message: ToThread): void => {
    if (watchdog !== undefined) watchdog.tell(message);
    else if (failure.length === 0) untold.push(message);
  };

  const begin = (bootHeldMs = 0): void => {
    firstTurn = undefined;
    try {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- an application without a watchdog does not load it
      const loaded = require('../watchdog/Watchdog') as typeof import('../watchdog/Watchdog');
      watchdog = new loaded.Watchdog(parts);
      watchdog.start(bootHeldMs);
      for (const message of untold) watchdog.tell(message);
    } catch (thrown) {
      const error = watchdogFailed(toError(thrown));
      failure = [error.what];
      parts.log.warn(error.what, { error });
      parts.complained();
    }
    untold = [];
  };

  events.on('application.starting', () => {
    const { port, abortAfter } = parts.config;
    if (port !== undefined || abortAfter !== undefined || supervisorVariables().NOTIFY_SOCKET !== undefined) {
      begin();
      return;
    }
    const from = native.monotonic();
    firstTurn = native.setImmediate(() => {
      begin(native.monotonic() - from);
    });
  });
  events.on('application.started', () => {
    tell('started');
  });
  events.on('application.stopping', () => {
    tell('stopping');
  });
  return {
    get complaints() {
      return watchdog?.complaints ?? failure;
    },
    setLevels({ level, levels }) {
      tell({ levels: { level, levels: { ...levels } } });
    },
    async end() {
      native.clearImmediate(firstTurn);
      await watchdog?.end();
    },
  };
}
