import { setImmediate as nextTurn } from 'node:timers/promises';

import { BackgroundDaemon, createApplication } from 'daemonry';

@BackgroundDaemon({ name: 'report', interval: '1h' })
class Report {
  tick(): void {}
}

const WHY = { by: 'kim', kind: 'human', reason: 'the disk is full' } as const;

const CODE = '../../src/application/operator/Operator';
const noMoreFiles = (): never => {
  throw new Error('EMFILE: too many open files');
};

describe('The code for acts of operators', () => {
  const lines: string[] = [];
  let end: (() => Promise<unknown>) | undefined;
  const running = async () => {
    const app = await createApplication({
      name: 'reports',
      listeners: [Report],
      config: { directory: false, env: false },
      logger: { log: ({ message }) => void lines.push(message) },
    });
    const started = new Promise<void>((resolve) => app.events.on('application.started', () => resolve()));
    const ended = app.run();
    end = async () => [await app.stop(), await ended];
    await started;
    return app;
  };
  beforeEach(() => {
    lines.length = 0;
    jest.resetModules();
  });
  afterEach(async () => {
    jest.dontMock(CODE);
    await end?.();
  });

  it('is there once the application runs, and needs no file for the first act', async () => {
    const app = await running();
    await nextTurn();
    await nextTurn();
    jest.doMock(CODE, noMoreFiles);

    await app.pause('report', WHY);

    expect(app.intents()).toMatchObject([{ action: 'pause', by: 'kim' }]);
  });

  it('is loaded by the first act where it could not be before, which is told', async () => {
    jest.doMock(CODE, noMoreFiles);
    const app = await running();
    await nextTurn();
    await nextTurn();

    expect(lines).toContain('The code for acts of operators cannot be loaded; the first act tries again');
    await expect(app.pause('report', WHY)).rejects.toThrow('EMFILE');
    jest.dontMock(CODE);
    expect(await app.pause('report', WHY)).toMatchObject({ action: 'pause' });
  });
});
