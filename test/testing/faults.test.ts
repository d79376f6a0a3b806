import { execFile } from 'node:child_process';
import { join } from 'node:path';

import { createTestApplication, encodeFaults, type FaultSpec } from '../../src/testing';
import { armFaults } from '../../src/testing/faults/faultSpecs';
import { ArmedFaults } from '../../src/testing/faults/ListenerFault';
import { givenListener } from '../support/givenListener';

const ROOT = join(__dirname, '../..');

interface Ended {
  readonly code: unknown;
  readonly output: string;
}

/** Runs the entry as it is, with the preload and these faults. */
function runShop(variable?: string): Promise<Ended> {
  const { NODE_ENV: _jest, DAEMONRY_TEST_FAULTS: _none, ...inherited } = process.env;
  const preloads = [require.resolve('ts-node/register/transpile-only'), 'daemonry/testing/faults'];
  const args = ['-C', 'daemonry-source', ...preloads.flatMap((file) => ['-r', file])];
  const env = { ...inherited, ...(variable === undefined ? {} : { DAEMONRY_TEST_FAULTS: variable }) };
  return new Promise((resolve) => {
    const entry = join(ROOT, 'test/testing/entries/shop.ts');
    execFile(process.execPath, [...args, entry], { cwd: ROOT, env }, (error, stdout, stderr) => {
      resolve({ code: error?.code ?? 0, output: stdout + stderr });
    });
  });
}

const faulty = (...faults: FaultSpec[]): Promise<Ended> => runShop(encodeFaults(faults));

jest.setTimeout(60_000);

describe('The preload daemonry/testing/faults', () => {
  it('changes nothing without faults', async () => {
    const { code, output } = await runShop();
    expect({ code, output }).toMatchObject({
      code: 0,
      output: expect.stringContaining('Stopped with code 0') as string,
    });
  });

  it('makes hooks of an unchanged entry fail', async () => {
    const { code, output } = await faulty({ listener: 'order_sync', fault: 'failStartup', message: 'disk full' });
    expect(code).toBe(1);
    expect(output).toContain('disk full');
    expect(output).not.toContain('faults in the environment');
  });

  it('hides its variable from what the process starts itself', async () => {
    const { code, output } = await faulty({ listener: 'order_sync', fault: 'failShutdown', message: 'still busy' });
    expect(code).toBe(3);
    expect(output).toContain('still busy');
    expect(output).toContain('faults in the environment: false');
  });

  it('makes the start fail for a listener that does not exist', async () => {
    const unknown = await faulty({ listener: 'order_snyc', fault: 'failStartup' });
    expect(unknown).toMatchObject({ code: 1, output: expect.stringContaining('Did you mean "order_sync"?') as string });
  });
});

describe('Faults as plain JSON', () => {
  it('are refused when there is no such fault', async () => {
    const app = await createTestApplication({ listeners: [givenListener([], 'order_sync')] });
    const nonsense = { listener: 'order_sync', fault: 'explode' as never };
    expect(() => {
      armFaults(app, new ArmedFaults(), [nonsense]);
    }).toThrow('There is no fault "explode"');
  });
});
