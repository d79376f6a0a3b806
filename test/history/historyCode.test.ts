import { setImmediate as nextTurn } from 'node:timers/promises';

import { givenHistory } from './support/givenHistory';

const CODE = '../../src/history/StateHistory';
const noMoreFiles = (): never => {
  throw new Error('EMFILE: too many open files');
};

describe('The code of the history', () => {
  const { started } = givenHistory();

  afterEach(() => {
    jest.dontMock(CODE);
  });

  it('is there in the turn after the boot, and needs no file for the first run', async () => {
    const app = await started();
    await nextTurn();
    jest.doMock(CODE, noMoreFiles);

    await app.clock.advance('1m');

    expect((await app.history.query()).runs).toHaveLength(1);
  });

  it('is loaded by a later run where it could not be before: until then the application is degraded', async () => {
    jest.doMock(CODE, noMoreFiles);
    const app = await started();
    await app.clock.advance('1m');
    expect(app.status().state).toBe('degraded');
    expect((await app.health()).causes).toEqual([
      expect.stringMatching(/^the runs of the history cannot be saved: EMFILE/),
    ]);
    jest.dontMock(CODE);

    await app.clock.advance('61s');

    expect(app.status().state).toBe('running');
    expect((await app.history.query()).runs).toHaveLength(1);
    const stopped = await app.stop();
    expect(JSON.stringify(app.logs)).toContain('EMFILE');
    expect(JSON.stringify(stopped)).toContain('1 runs of the history were not saved: EMFILE');
  });
});
