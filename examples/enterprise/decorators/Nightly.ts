import { BackgroundDaemon, type OnTick } from 'daemonry';

/** Declares a nightly daemon by the rules of this company: at `hour` in Paris, made up once after an outage, with much time. */
export function Nightly(hour: number): (target: new (...args: never[]) => OnTick) => void {
  return BackgroundDaemon({
    cron: `0 ${hour} * * *`,
    timeZone: 'Europe/Paris',
    misfire: 'run-once',
    tickTimeout: '30m',
    tags: ['nightly'],
  });
}
