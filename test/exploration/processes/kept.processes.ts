import { buildSubject } from './buildSubject';
import { violationsOf } from './exploreProcesses';
import type { ProcessScript } from './ProcessScript';
import { runTrial } from './runTrial';

const { UNDER_TEST } = process.env;
const LONGEST_MS = 60_000;

/** Applications to keep: each has failed once. Several where it takes luck to meet the moment. */
const KEPT: Readonly<Record<string, readonly ProcessScript[]>> = {
  'a signal in the moment in which the process goes': [0, 10, 20, 30, 40, 50, 60, 70].map((ms) => ({
    listeners: [{ name: 'a', run: { do: 'wait' } }],
    lives: [{ after: 'stopped', ms, signal: 'SIGTERM', again: 5 }],
  })),
  'a daily moment that falls into a long stop': [
    {
      listeners: [
        {
          name: 'a',
          schedule: { kind: 'daily', inMs: 2_000 },
          remembers: true,
          shutdown: { do: 'deaf', ms: 850 },
        },
        { name: 'b', shutdown: { do: 'deaf', ms: 850 } },
      ],
      lives: [
        { after: 'created', ms: 1_900, signal: 'SIGTERM' },
        { after: 'started', ms: 2_000, signal: 'SIGTERM' },
      ],
    },
  ],
  'what is made up for while nothing can be saved': [
    {
      listeners: [{ name: 'a', schedule: { kind: 'cron', seconds: 3 }, remembers: true }],
      lives: [
        { after: 'started', ms: 1_200, signal: 'SIGTERM', pause: 3_100 },
        { after: 'started', ms: 300, signal: 'SIGTERM', unwritable: true },
        { after: 'started', ms: 300, signal: 'SIGTERM' },
      ],
    },
  ],
};

describe('A real process keeps its promises in', () => {
  it.each(Object.entries(KEPT))(
    '%s',
    async (_name, scripts) => {
      const subject = buildSubject(UNDER_TEST);
      const trials = await Promise.all(scripts.map((script) => runTrial(script, subject)));

      expect(trials.flatMap(violationsOf)).toEqual([]);
    },
    LONGEST_MS,
  );
});
