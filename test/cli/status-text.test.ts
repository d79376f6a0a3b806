import { BackgroundDaemon } from '../../src';
import { statusText } from '../../src/cli/remote/statusRows';
import { createTestApplication } from '../../src/testing';

const daemons = ['a', 'b', 'c', 'd', 'e'].map((name) => {
  @BackgroundDaemon({ name, interval: '1h' })
  class Daemon {
    tick(): void {}
  }
  return Daemon;
});

describe('The status in the terminal', () => {
  it('says who paused what, for how long, until when and why, and tells one pause of many once', async () => {
    const app = await createTestApplication({ listeners: daemons, now: '2030-01-01T00:00:00Z' });
    await app.start();
    const kim = { by: 'kim', kind: 'human' } as const;
    await app.clock.advance('5m');
    const until = '2030-01-01T02:05:00Z';
    await app.operate({ action: 'pause', listener: 'b', ...kim, reason: 'moving', until });
    const text = () => statusText(app.status(), app.clock.now()).filter((line) => line.startsWith('  paused:'));

    expect(text()).toEqual(['  paused: b, by kim for 0s, ends in 2h: moving']);
    await app.operate({ action: 'resume', listener: 'b', ...kim, reason: 'moved' });
    await app.operate({ action: 'pause', ...kim, reason: 'the disk is full' });
    await app.clock.advance('5m');
    expect(text()).toEqual(['  paused: a, b, c and 2 more, by kim for 5m, until it is resumed: the disk is full']);
  });
});
