import { createApplication } from '../../src/application/createApplication';
import { rehearse } from '../../src/application/rehearsal';
import type { LogEntry } from '../../src/contracts/ListenerLogger';

describe('the rehearsal for a code cache', () => {
  it('boots, ticks and stops an application, and logs it where it is told to', async () => {
    const lines: string[] = [];
    await rehearse(createApplication, { log: ({ message }: LogEntry) => void lines.push(message) });

    expect(lines[0]).toMatch(/^Starting 2 listeners/);
    // The listeners, and the application.
    expect(lines.filter((line) => line.startsWith('Started in '))).toHaveLength(3);
    expect(lines.filter((line) => line.startsWith('Stopped in '))).toHaveLength(2);
    expect(lines.at(-1)).toBe('Stopped with code 0: stop() was called');
  });
});
