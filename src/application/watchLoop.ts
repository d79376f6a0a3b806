import type { ApplicationEvents } from '../contracts/ApplicationEvents';
import { toError } from '../errors/serializeError';
import { watchdogFailed } from '../errors/watchdogErrors';
import type { Levels } from '../watchdog/messages';
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

/** Has the event loop watched from the start of the application to its end. Nothing of the watchdog is loaded before. */
export function watchLoop(events: ApplicationEvents, parts: WatchdogParts): LoopWatch {
  let watchdog: Watchdog | undefined;
  let failure: readonly string[] = [];
  let told: { readonly levels: Levels } | undefined;
  events.on('application.starting', () => {
    try {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- an application without a watchdog does not load it
      const { Watchdog } = require('../watchdog/Watchdog') as typeof import('../watchdog/Watchdog');
      watchdog = new Watchdog(parts);
      watchdog.start();
      if (told !== undefined) watchdog.tell(told);
    } catch (thrown) {
      const error = watchdogFailed(toError(thrown));
      failure = [error.what];
      parts.log.warn(error.what, { error });
    }
  });
  events.on('application.started', () => watchdog?.tell('started'));
  events.on('application.stopping', () => watchdog?.tell('stopping'));
  return {
    get complaints() {
      return watchdog?.complaints ?? failure;
    },
    setLevels({ level, levels }) {
      told = { levels: { level, levels: { ...levels } } };
      watchdog?.tell(told);
    },
    async end() {
      await watchdog?.end();
    },
  };
}
