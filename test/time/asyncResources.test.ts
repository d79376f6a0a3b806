import { createHook } from 'node:async_hooks';

import { BackgroundDaemon, createApplication, type TickContext } from '../../src';
import { createTestApplication } from '../../src/testing';
import { nextTurn } from '../../src/time/native';

@BackgroundDaemon({ name: 'beat', interval: '1s', tickTimeout: '5s' })
class Beat {
  async tick({ sleep }: TickContext): Promise<void> {
    await sleep(100);
  }
}

const QUIET = { name: 'orders', config: { directory: false, env: {} }, logger: { log: () => undefined } } as const;

interface Resource {
  readonly type: string;
  /** As Jest asks for it. */
  readonly isHandle: () => boolean;
}

/** The async resources of daemonry that are made from now on, without those that have been ended. */
function watchResources() {
  const open = new Map<number, Resource>();
  const hook = createHook({
    init: (id, type, _trigger, resource: { hasRef?: () => boolean }) => {
      if (type.startsWith('Daemonry')) open.set(id, { type, isHandle: () => resource.hasRef?.() ?? true });
    },
    destroy: (id) => open.delete(id),
  }).enable();
  return { open, end: () => hook.disable() };
}

describe('The async resources of an application', () => {
  it('are ended with their timers, so that async hooks which keep a list of them do not grow', async () => {
    const app = await createTestApplication({ listeners: [Beat] });
    await app.start();
    await app.clock.advance('10s');
    const resources = watchResources();

    await app.clock.advance('10m');
    await nextTurn();
    resources.end();

    expect(app.runs('beat').length).toBeGreaterThan(0);
    expect(resources.open.size).toBeLessThan(10);
    await app.stop();
  });

  it('are no open handles for Jest once it has stopped', async () => {
    const resources = watchResources();

    const app = await createApplication({ ...QUIET, listeners: [Beat] });
    await app.start();
    await app.stop();
    await nextTurn();
    resources.end();

    const open = [...resources.open.values()];
    expect(open.map(({ type }) => type)).toContain('DaemonryClock');
    expect(open.filter(({ isHandle }) => isHandle())).toEqual([]);
  });
});
