import type { LogEntry } from '../../src/contracts/ListenerLogger';
import { failure, givenLoggedEvents, REPORT, run } from './givenLoggedEvents';

describe('Failed runs in the log', () => {
  const repeatsOf = (lines: readonly LogEntry[]) => lines.map(({ repeats }) => repeats);

  it('are errors, and those that timed out warnings', () => {
    const { bus, lines } = givenLoggedEvents();

    bus.emit('run.finished', failure('refused'));
    bus.emit('run.finished', run('timed_out', { error: { name: 'HookTimeoutError', message: 'late' } }));
    bus.emit('run.finished', run('cancelled'));

    expect(lines).toMatchObject([
      { level: 'error', message: 'Run failed', error: { message: 'refused' }, durationMs: 2_500 },
      { level: 'warn', message: 'Run timed out', error: { message: 'late' } },
      { level: 'info', message: 'Run cancelled' },
    ]);
  });

  it('with the same error in a row are written the 1st, 2nd, 4th, 8th … time', () => {
    const { bus, lines } = givenLoggedEvents();

    for (let time = 1; time <= 20; time++) bus.emit('run.finished', failure('refused'));

    expect(repeatsOf(lines)).toEqual([undefined, 2, 4, 8, 16]);
  });

  it('start anew after a success', () => {
    const { bus, lines } = givenLoggedEvents('info');

    for (let time = 1; time <= 3; time++) bus.emit('run.finished', failure('refused'));
    bus.emit('run.finished', run('succeeded'));
    bus.emit('run.finished', failure('refused'));

    expect(lines.map(({ message }) => message)).toEqual([
      'Run failed',
      'Run failed',
      'Run succeeded after 3 failures in a row; the last one was not logged',
      'Run failed',
    ]);
    expect(repeatsOf(lines)).toEqual([undefined, 2, 3, undefined]);
  });

  it('are written at once when the error is of a kind that is new in the row', () => {
    const { bus, lines } = givenLoggedEvents();

    for (const message of ['a', 'a', 'a', 'a', 'a', 'b', 'a']) bus.emit('run.finished', failure(message));

    expect(lines.map((line) => (line['error'] as Error).message)).toEqual(['a', 'a', 'a', 'b']);
    expect(repeatsOf(lines)).toEqual([undefined, 2, 4, 6]);
  });

  it('are bounded though each has a text of its own', () => {
    const { bus, lines } = givenLoggedEvents('info');
    const words = (index: number): string => index.toString(2).replaceAll('0', 'nil ').replaceAll('1', 'one ');

    for (let index = 0; index < 60_000; index++) {
      bus.emit('run.finished', failure(`request ${(index * 7_919).toString(16)} of ${index}`));
      bus.emit('run.finished', failure(words(index), 'wordy'));
    }

    expect(lines.length).toBeLessThan(45);
    expect(lines.at(-1)).toMatchObject({ repeats: 32_768 });
  });

  it('that no line has told are counted at the end, before the last line', () => {
    const { bus, lines } = givenLoggedEvents('info');
    for (let time = 1; time <= 7; time++) bus.emit('run.finished', failure(`refused ${time}`));

    bus.emit('application.stopped', { report: REPORT });

    expect(lines.slice(-2)).toMatchObject([
      {
        message: 'Stopped after 7 failures in a row; the last 3 were not logged',
        error: { message: 'refused 7' },
        repeats: 7,
      },
      { message: 'Stopped with code 0: done' },
    ]);
  });

  it('between successes are bounded as well, and counted', () => {
    const { bus, lines } = givenLoggedEvents('info');
    for (let time = 1; time <= 1_000; time++) {
      bus.emit('run.finished', failure(`refused ${time}`));
      bus.emit('run.finished', run('succeeded'));
    }

    bus.emit('application.stopped', { report: REPORT });

    expect(lines).toHaveLength(32);
    expect(lines[30]).toMatchObject({ leftOut: 970, error: { message: 'refused 1000' } });
  });

  it('are counted task by task', () => {
    const { bus, lines } = givenLoggedEvents();

    for (const task of ['tick', 'compact', 'tick', 'compact']) bus.emit('run.finished', failure('x', task));

    expect(lines.map(({ task, repeats }) => [task, repeats])).toEqual([
      ['tick', undefined],
      ['compact', undefined],
      ['tick', 2],
      ['compact', 2],
    ]);
  });
});
