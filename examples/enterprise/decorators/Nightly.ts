import { BackgroundDaemon, type OnTick } from 'daemonry';

/** What every nightly daemon of this company is: at that hour in Paris, made up for once after an outage, never hurried. */
export function Nightly(hour: number): (target: new (...args: never[]) => OnTick) => void {
  return BackgroundDaemon({
    cron: `0 ${hour} * * *`,
    timeZone: 'Europe/Paris',
    misfire: 'run-once',
    tickTimeout: '30m',
    tags: ['nightly'],
  });
}
