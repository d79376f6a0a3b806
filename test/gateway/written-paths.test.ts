import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createTestApplication } from 'daemonry/testing';

import { gatewayModules } from '../../examples/gateway/modules';
import { pathWarnings } from '../../src/cli/pathWarnings';

describe('The modules that ship', () => {
  it('write nowhere but in state.directory unless they are told to: all that a unit or an image lets them write', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'written-'));
    const given = (values: Readonly<Record<string, unknown>> = {}) =>
      createTestApplication({
        modules: gatewayModules(),
        config: { values: { 'state.directory': folder, ...values } },
      });

    const { plan } = await given();
    const told = await given({ 'snapshot.path': '/srv/snapshot.json' });
    await rm(folder, { recursive: true, force: true });

    const written = plan.values.filter(({ file }) => file !== undefined).map(({ path }) => path);
    expect(written).toEqual(expect.arrayContaining(['state.directory', 'snapshot.path']));
    expect(pathWarnings(plan).filter(({ code }) => code === 'STATE_PATH_OUTSIDE')).toEqual([]);
    expect(pathWarnings(told.plan)).toContainEqual(
      expect.objectContaining({
        code: 'STATE_PATH_OUTSIDE',
        message: expect.stringContaining('snapshot.path') as string,
      }),
    );
  });
});
