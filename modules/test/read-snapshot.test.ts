import { mkdir, writeFile } from 'node:fs/promises';

import type { SnapshotDocument } from '@daemonry/modules/snapshot';

import { endSnapshots, givenSnapshot } from './support/givenSnapshot';

afterEach(endSnapshots);

describe('a snapshot, read by others,', () => {
  it('is what was written', async () => {
    const { app, read, snapshot } = await givenSnapshot();
    await app.tick('snapshot');

    expect(await snapshot.readSnapshot()).toEqual(await read());
  });

  it('is undefined when there is none', async () => {
    const { snapshot } = await givenSnapshot();

    expect(await snapshot.readSnapshot()).toBeUndefined();
  });

  it('is undefined once it is older than ten minutes, or than the age that is asked for', async () => {
    const { app, snapshot } = await givenSnapshot({ values: { 'listeners.snapshot.interval': 'off' } });
    await app.tick('snapshot');

    await app.clock.advance('10m');
    expect(await snapshot.readSnapshot()).toBeDefined();
    expect(await snapshot.readSnapshot('9m')).toBeUndefined();

    await app.clock.advance(1);
    expect(await snapshot.readSnapshot()).toBeUndefined();
    expect(await snapshot.readSnapshot('11m')).toBeDefined();
  });

  it('is undefined when it is of the future', async () => {
    const { app, path, read, snapshot } = await givenSnapshot();
    await app.tick('snapshot');
    await writeFile(path, JSON.stringify({ ...(await read()), computedAt: '2030-01-01T00:00:00.001Z' }));

    expect(await snapshot.readSnapshot()).toBeUndefined();
  });

  it.each<[string, (document: SnapshotDocument) => unknown]>([
    ['is no JSON', () => '{'],
    ['is JSON but no object', () => 'null'],
    ['has another schema version', (document) => ({ ...document, schemaVersion: 2 })],
    ['has no instant', (document) => ({ ...document, computedAt: 'yesterday' })],
    ['has an unknown status', (document) => ({ ...document, overall: 'fine' })],
    ['lacks a section', (document) => ({ ...document, probes: undefined })],
    ['lacks another', (document) => ({ ...document, costTelemetry: null })],
    ['has a list that is none', (document) => ({ ...document, listeners: {} })],
  ])('is undefined when the file %s', async (_what, damage) => {
    const { app, path, read, snapshot } = await givenSnapshot();
    await app.tick('snapshot');
    const damaged = damage(await read());
    await writeFile(path, typeof damaged === 'string' ? damaged : JSON.stringify(damaged));

    expect(await snapshot.readSnapshot()).toBeUndefined();
  });

  it('rejects when the file is there and cannot be read', async () => {
    const { path, snapshot } = await givenSnapshot();
    await mkdir(path, { recursive: true });

    await expect(snapshot.readSnapshot()).rejects.toMatchObject({ code: 'EISDIR' });
  });
});
