import { replay, type Script, synthetic } from '../../src/testing';
import { everythingHolds } from './engineProperties';

/** Schedules to keep: each has failed once, or is rarely drawn. */
const SCHEDULES: Readonly<Record<string, Script>> = {
  'a stop within the beginning of a roll back': {
    application: { listeners: [{ name: 'a', mount: true }] },
    faults: [{ at: 'a.startup', await: 0, do: 'fail' }],
    actions: [{ do: 'stop', onEvent: 4 }],
  },
  'a stop within the event that the boot is decided': {
    application: {
      listeners: [{ name: 'a', ready: [5], run: [], tasks: [{ name: 'work', interval: 10, initialDelay: 0 }] }],
    },
    faults: [],
    actions: [{ do: 'stop', onEvent: 4 }],
  },
  'a stop within the beginning of the boot': {
    application: { listeners: [{ name: 'a', startup: [5] }] },
    faults: [],
    actions: [{ do: 'stop', onEvent: 1 }],
  },
  'a startup that resolves after its timeout': {
    application: { listeners: [{ name: 'a', startupTimeout: 100, defers: 2 }, { name: 'b' }] },
    faults: [{ at: 'a.startup', await: 0, do: 'delay-deaf', ms: 150 }],
    actions: [{ do: 'wait', after: 400 }],
  },
  'a death within a startup of another one that needs the dead': {
    application: {
      concurrency: 2,
      listeners: [
        { name: 'a', run: [5], fatal: true },
        { name: 'b', startup: [10] },
        { name: 'c', needs: ['a', 'b'] },
      ],
    },
    faults: [{ at: 'a.run', await: 1, do: 'die' }],
    actions: [{ do: 'wait', after: 50 }],
  },
  'a trigger within a pause that takes effect as ticks open': {
    application: { listeners: [{ name: 'a', tasks: [{ name: 'work', interval: 50 }] }] },
    faults: [],
    actions: [
      { do: 'pause', onEvent: 1, listener: 'a', task: 'work' },
      { do: 'trigger', onEvent: 4, listener: 'a', task: 'work' },
    ],
  },
  'a queued run when its listener is paused': {
    application: {
      listeners: [
        {
          name: 'a',
          tasks: [
            { name: 'work', interval: 50, initialDelay: 10, mode: 'fixed-delay', overlap: 'queue-one', sleeps: [30] },
          ],
        },
      ],
    },
    faults: [],
    actions: [
      { do: 'trigger', listener: 'a', task: 'work' },
      { do: 'wait', after: 15 },
      { do: 'pause', listener: 'a', task: 'work' },
      { do: 'wait', after: 200 },
      { do: 'resume', listener: 'a', task: 'work' },
      { do: 'wait', after: 200 },
    ],
  },
};

describe('The engine keeps its properties in', () => {
  it.each(Object.entries(SCHEDULES))('%s', async (_name, script) => {
    const run = await replay(synthetic(), everythingHolds, script);

    const [fault] = script.faults;
    expect(run.injected.map(({ fault: { at, do: kind } }) => [at, kind])).toEqual(
      fault === undefined ? [] : [[fault.at, fault.do]],
    );
  });
});
