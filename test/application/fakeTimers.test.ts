import { BackgroundDaemon, createApplication } from 'daemonry';

@BackgroundDaemon({ interval: '1m' })
class Worker {
  tick(): void {}
}

const config = { directory: false as const, env: {}, values: { logging: { format: 'json' } } };

/** An application that writes its log to the standard output, as one outside of tests does. */
const given = () => createApplication({ name: 'faked', listeners: [Worker], config });

let lines: string[];

beforeEach(() => {
  lines = [];
  jest.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
});

afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

describe('An application in a process whose timers are fakes', () => {
  it('stops, with all lines written, when they were replaced while it ran', async () => {
    const app = await given();
    const ended = app.run();
    jest.useFakeTimers();

    await app.stop();

    expect(await ended).toMatchObject({ code: 0 });
    expect(lines.at(-1)).toContain('Stopped with code 0');
  });

  it('stops, with all lines written, when they were replaced before it was created', async () => {
    jest.useFakeTimers();
    const app = await given();
    const ended = app.run();

    await app.stop();

    expect(await ended).toMatchObject({ code: 0 });
    expect(lines.at(-1)).toContain('Stopped with code 0');
  });
});
