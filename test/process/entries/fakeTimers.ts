import * as timers from 'node:timers';

/** Replaces the timers before the engine is loaded, as a preloaded library would: they never fire, and hold nothing. */
if (process.env['BEHAVIOUR'] === 'fake-timers') {
  const fake = (): object => ({ unref: () => undefined });
  Object.assign(globalThis, { setInterval: fake, setTimeout: fake });
  Object.assign((timers as { default?: object }).default ?? timers, { setInterval: fake, setTimeout: fake });
}
