import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { ApplicationProcess } from 'daemonry/testing';

import { startEntry } from '../../support/startEntry';

export interface GivenGateway {
  /** The state of this gateway is kept here. */
  readonly folder: string;
  readonly process: ApplicationProcess;
}

const started: GivenGateway[] = [];

/** The reference application as a process of its own: on a free port, unless `env` says otherwise. */
export async function givenGateway(env: Record<string, string> = {}): Promise<GivenGateway> {
  const folder = await mkdtemp(join(tmpdir(), 'gateway-'));
  const gateway = {
    folder,
    process: startEntry('examples/gateway/main.ts', {
      env: {
        DAEMONRY_ENV: 'development',
        DAEMONRY__WEB__PORT: '0',
        DAEMONRY__SNAPSHOT__PATH: join(folder, 'snapshot.json'),
        DAEMONRY__STATE__DIRECTORY: folder,
        ...env,
      },
    }),
  };
  started.push(gateway);
  return gateway;
}

export async function endGateways(): Promise<void> {
  for (const { process, folder } of started.splice(0)) {
    await process.kill();
    await rm(folder, { recursive: true, force: true });
  }
}
